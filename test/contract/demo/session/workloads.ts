/** Sessions on what runs: rollouts, pods, logs, commands inside, nodes. */
import { run, type Command, type Session } from './command.ts';

const IMAGE = 'hedgerow.test/busybox:1.36';
/** The shell ends at once when it is told to: a sleep as first process would use up its grace period. */
const LOOP = "trap 'exit 0' TERM; while true; do sleep 1; done";

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: app
        image: ${IMAGE}
        command: [sh, -c, "${LOOP}"]
`;

const SPEAKER = `apiVersion: v1
kind: Pod
metadata: {name: speaker, labels: {app: speaker}}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: ${IMAGE}
    command: [sh, -c, "for n in 1 2 3 4 5; do echo line $n; done; ${LOOP}"]
    env: [{name: COLOUR, value: green}]
  - name: side
    image: ${IMAGE}
    command: [sh, -c, "echo from the side >&2; ${LOOP}"]
`;

const CRASHER = `apiVersion: v1
kind: Pod
metadata: {name: crasher}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: ${IMAGE}
    command: [sh, -c, "echo about to fail; exit 3"]
`;

const rolledOut: Command = { run: 'rollout status deployment/web --timeout=60s', last: true };
/** Old pods are gone. */
const settled = (count: number): Command => ({
  run: ['get', 'pods', '-l', 'app=web', '-o', 'jsonpath={range .items[*]}{.status.phase} {end}'],
  until: new RegExp(`^(Running ){${count}}$`),
});

export const WORKLOADS: readonly Session[] = [
  {
    id: 'rollout',
    node: true,
    commands: [
      { run: 'apply -f -', input: WEB },
      rolledOut,
      settled(2),
      ...run(
        'get deployment,rs,pods',
        'get deployment,rs -o wide',
        'get pods -l app=web -o custom-columns=PHASE:.status.phase,QOS:.status.qosClass,RESTARTS:.status.containerStatuses[0].restartCount',
        'describe deployment web',
        'rollout history deployment/web',
        'expose deployment/web --port=80',
      ),
      {
        run: 'get endpoints web -o jsonpath={.subsets[0].addresses[*].ip}',
        until: /\S+ \S+/,
        quiet: 'addresses',
      },
      ...run('get endpoints web', 'describe service web'),
      { run: 'annotate deployment/web kubernetes.io/change-cause=second' },
      { run: 'set env deployment/web COLOUR=green' },
      rolledOut,
      settled(2),
      ...run(
        'rollout history deployment/web',
        'get rs -l app=web -o custom-columns=WANTED:.spec.replicas --sort-by=.spec.replicas',
      ),
      { run: 'rollout undo deployment/web' },
      rolledOut,
      settled(2),
      ...run(
        'rollout history deployment/web',
        'rollout undo deployment/web --to-revision=99',
        'rollout pause deployment/web',
        'rollout restart deployment/web',
        'rollout resume deployment/web',
        'rollout restart deployment/web',
      ),
      rolledOut,
      settled(2),
      { run: 'scale deployment/web --replicas=1' },
      settled(1),
      { run: 'get deployment web' },
      { run: 'get deployment web -o jsonpath={.status.conditions[*].type}' },
      { run: 'set image deployment/web app=hedgerow.test/none:1' },
      { run: 'rollout status deployment/web --timeout=1s', last: true },
      { run: 'delete deployment web' },
      { run: ['get', 'pods', '-l', 'app=web', '-o', 'name'], until: /^$/ },
      { run: 'get all' },
    ],
  },
  {
    id: 'pods',
    node: true,
    commands: [
      { run: 'apply -f -', input: `${SPEAKER}---\n${CRASHER}` },
      { run: 'wait --for=condition=Ready pod/speaker --timeout=60s' },
      ...run(
        'get pod speaker -o wide',
        'describe pod speaker',
        'logs speaker',
        'logs speaker -c main --tail=2',
        'logs speaker -c side',
        'logs speaker -c none',
        'logs -l app=speaker -c main --tail=1',
        'logs speaker -c main --since=1h --limit-bytes=6',
        'logs speaker -c main --previous',
        'logs missing',
        'exec speaker -c main -- echo hello',
        'exec speaker -c main -- sh -c exit\\ 4',
        'exec speaker -c main -- cat /etc/hostname',
        'exec speaker -c main -- none',
        'exec speaker -c main -- cat /no/such/file',
      ),
      { run: ['exec', 'speaker', '-c', 'main', '--', 'sh', '-c', 'echo $COLOUR'] },
      { run: ['exec', '-i', 'speaker', '-c', 'main', '--', 'cat'], input: 'through the pipe\n' },
      { run: 'logs speaker --all-containers', anyOrder: 'kubectl asks for containers in the order of a map' },
      { run: 'events --for=pod/speaker', anyOrder: 'all in the same second' },
      ...run('cp speaker:/etc/hostname /dev/null/x -c main'),
      {
        run: 'get pod crasher -o jsonpath={.status.containerStatuses[0].state.waiting.reason}',
        until: /CrashLoopBackOff/,
      },
      { run: 'logs crasher', until: /about to fail/ },
      // Between two restarts the one before is gone for a moment.
      { run: 'logs crasher --previous', until: /about to fail/ },
      ...run(
        'get pod crasher -o jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}',
        'get events --field-selector=involvedObject.name=crasher,reason=BackOff -o custom-columns=TYPE:.type,REASON:.reason,MESSAGE:.message',
        'top pod',
        'top node',
        `run single --image=${IMAGE} --restart=Never -- true`,
      ),
      { run: 'get pod single', until: /Completed/ },
      { run: 'logs single' },
      { run: `run unknown --image=hedgerow.test/none:1 --restart=Never` },
      {
        run: 'get pod unknown -o jsonpath={.status.containerStatuses[0].state.waiting.reason}',
        until: /ErrImagePull|ImagePullBackOff/,
        quiet: 'one reason follows the other',
      },
      { run: 'logs unknown', quiet: 'one reason follows the other' },
      ...run(
        'delete pod single unknown',
        'delete pod crasher --now',
        'delete pod speaker',
        'get pods',
        'get pods missing',
      ),
    ],
  },
  {
    id: 'nodes',
    node: true,
    commands: [
      { run: 'get nodes -o custom-columns=READY:.status.conditions[?(@.type=="Ready")].status' },
      ...run(
        'cordon {node}',
        'cordon {node}',
        'get node {node} -o jsonpath={.spec}',
        'uncordon {node}',
        'taint node {node} example.com/room=warm:PreferNoSchedule',
        'taint node {node} example.com/room=warm:PreferNoSchedule',
        'taint node {node} example.com/room-',
        'taint node {node} example.com/room-',
        'label node {node} example.com/rack=7',
        'get nodes -l example.com/rack=7 -o jsonpath={.items[*].metadata.labels.example\\.com/rack}',
        'label node {node} example.com/rack-',
        'cordon no-such-node',
      ),
      {
        run: 'apply -f -',
        input: WEB.replace('replicas: 2', 'replicas: 1').replaceAll('{app: web}', '{app: {ns}}'),
      },
      rolledOut,
      {
        run: 'drain {node} --pod-selector=app={ns} --timeout=60s --ignore-daemonsets',
        only: /drained|error/,
      },
      { run: 'get pods -l app={ns}', until: /Pending/ },
      {
        run: 'get events --field-selector=reason=FailedScheduling -o custom-columns=MESSAGE:.message',
        until:
          /^0\/1 nodes are available: 1 node\(s\) were unschedulable. no new claims to deallocate, preemption: 0\/1 nodes are available: 1 Preemption is not helpful for scheduling.$/m,
        quiet: 'the scheduler may have tried more than once',
      },
      { run: 'uncordon {node}' },
      rolledOut,
      { run: 'delete deployment web' },
    ],
  },
];
