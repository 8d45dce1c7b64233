// A real node: containerd and kubelet in a PID and mount namespace of their own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Components } from './components.ts';
import { certificateUser, writeKubeconfig } from './credentials.ts';
import { createImageArchive, SANDBOX_IMAGE } from './image.ts';
import type { NodeNetwork } from './node-network.ts';
import type { NodeTools } from './node-tools.ts';
import type { ClusterPaths } from './paths.ts';

/** What a node needs to start. */
export interface NodePlan {
  binary: string;
  paths: ClusterPaths;
  name: string;
  server: string;
  network: NodeNetwork;
  tools: NodeTools;
}

function containerdConfig(tools: NodeTools, paths: ClusterPaths): string {
  // All other paths are containerd's defaults: the node has these folders to itself.
  return `version = 2

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${SANDBOX_IMAGE}"
  restrict_oom_score_adj = true
  disable_apparmor = true

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "native"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${tools.cniPlugins}"
  conf_dir = "${join(paths.state, 'cni')}"
`;
}

// The bridge has its address already. Pods get no default route: what they send stays on this machine.
function cniConfig(network: NodeNetwork): string {
  return JSON.stringify({
    cniVersion: '0.4.0',
    name: network.bridge,
    plugins: [
      {
        type: 'bridge',
        bridge: network.bridge,
        isGateway: false,
        ipMasq: false,
        hairpinMode: true,
        ipam: { type: 'host-local', ranges: [[{ subnet: network.subnet, gateway: network.ip }]] },
      },
    ],
  });
}

function kubeletConfig(paths: ClusterPaths, network: NodeNetwork): string {
  const pki = (name: string): string => join(paths.pki, name);
  return stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: network.ip,
    port: 10250,
    readOnlyPort: 0,
    healthzPort: 0,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pki('ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: pki('kubelet-server.crt'),
    tlsPrivateKeyFile: pki('kubelet-server.key'),
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    clusterDNS: ['10.96.0.10'],
    clusterDomain: 'cluster.local',
    cgroupDriver: 'cgroupfs',
    cgroupRoot: network.cgroup,
    cgroupsPerQOS: true,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    serializeImagePulls: false,
    // The images are imported, not pulled: once collected they would be gone. Nor may a full disk evict the tests' pods.
    imageGCHighThresholdPercent: 100,
    evictionHard: { 'memory.available': '1Mi', 'nodefs.available': '1Mi', 'imagefs.available': '1Mi' },
  });
}

/** Why a node cannot have its state in this folder, if so: it hides these folders of the machine from itself. */
export function refuseStateFolder(state: string): string | undefined {
  const hidden = ['/run/', '/var/run/', '/var/lib/', '/var/log/'].find((folder) => state.startsWith(folder));
  return hidden === undefined
    ? undefined
    : `A node cannot keep its state below ${hidden}. Set TMPDIR to another folder, such as /tmp.`;
}

/** Writes the node's configuration and starts it. It is ready when its Node object says so. */
export function startNode(components: Components, plan: NodePlan): void {
  const { paths, network, tools } = plan;
  const images = join(paths.state, 'images.tar');
  mkdirSync(join(paths.state, 'cni'), { recursive: true });
  writeFileSync(images, createImageArchive(tools.busybox));
  writeFileSync(join(paths.state, 'containerd.toml'), containerdConfig(tools, paths));
  writeFileSync(join(paths.state, 'cni', '10-bridge.conflist'), cniConfig(network));
  writeFileSync(join(paths.state, 'kubelet.yaml'), kubeletConfig(paths, network));
  writeFileSync(join(paths.state, 'resolv.conf'), `nameserver ${network.dns}\n`);
  writeKubeconfig(
    join(paths.pki, 'kubelet.kubeconfig'),
    paths,
    plan.server,
    'kubelet',
    certificateUser(paths, 'kubelet'),
  );
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
  components.start({
    name: 'node',
    command: 'unshare',
    args: [...namespaces, 'sh', join(import.meta.dirname, 'node-init.sh')],
    namespace: true,
    env: {
      PATH: tools.path,
      STATE: paths.state,
      BINARY: plan.binary,
      NODE_NAME: plan.name,
      NODE_IP: network.ip,
      IMAGES: images,
    },
  });
}
