/** Well-known public images that users of a demo cluster run, with the tags that plausibly exist. */
import type { ImageRow, Program } from './image-row.ts';

const VARIANT = '(?:-(?:alpine|slim|bookworm|bullseye|trixie|perl|otel|jammy|noble)[a-z0-9.]*)*';

/** Tags of releases of these major versions, `latest` and variants. */
function releases(majors: string): RegExp {
  return new RegExp(`(?:latest|stable|mainline|lts|alpine|slim|(?:${majors})(?:\\.\\d{1,2}){0,2})${VARIANT}`);
}

function shellImage(repository: string, tags: RegExp, command: string, sizeMiB: number): ImageRow {
  return {
    repository,
    tags: [tags],
    sizeMiB,
    program: { command: [command], runsArguments: true, memoryMiB: 1, cpuMilli: 1 },
  };
}

function server(repository: string, tags: RegExp | string, sizeMiB: number, program: Program): ImageRow {
  return { repository, tags: [tags], sizeMiB, program: { runsArguments: true, ...program } };
}

const NGINX: Program = {
  command: ['nginx', '-g', 'daemon off;'],
  listens: [80],
  answers: {
    '/': {
      status: 200,
      body: '<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n</html>\n',
    },
  },
  memoryMiB: 9,
  cpuMilli: 1,
  readyLog: [
    '/docker-entrypoint.sh: Configuration complete; ready for start up',
    '{clock} [notice] 1#1: using the "epoll" event method',
    '{clock} [notice] 1#1: nginx/{tag}',
    '{clock} [notice] 1#1: start worker processes',
  ],
  stopLog: ['{clock} [notice] 1#1: signal 15 (SIGTERM) received, exiting', '{clock} [notice] 1#1: exit'],
  files: {
    '/usr/share/nginx/html/index.html': '<h1>Welcome to nginx!</h1>\n',
    '/etc/nginx/nginx.conf': 'user  nginx;\n',
  },
};

const DATABASE_ERROR = [
  'Error: Database is uninitialized and superuser password is not specified.',
  '       You must specify POSTGRES_PASSWORD to a non-empty value for the',
  '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".',
];

function mysql(name: string, variable: string): Program {
  return {
    command: [name === 'mariadb' ? 'mariadbd' : 'mysqld'],
    listens: [3306],
    speaksHttp: false,
    startupMs: 3000,
    memoryMiB: 380,
    cpuMilli: 8,
    user: 999,
    needs: [
      {
        env: variable,
        afterMs: 300,
        log: [
          '{clock}+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified',
          `    You need to specify one of the following as an environment variable:\n    - ${variable}`,
        ],
      },
    ],
    readyLog: [
      `{time} 0 [System] [Server] /usr/sbin/${name}d: ready for connections. Version: '{tag}'  port: 3306`,
    ],
  };
}

/** Images of the public registries; the nodes hold `hedgerow.test` from their installation. */
export const PUBLIC_IMAGES: readonly ImageRow[] = [
  shellImage('hedgerow.test/busybox', /1\.36/, 'sh', 2),
  shellImage(
    'docker.io/library/busybox',
    /(?:latest|stable|(?:1(?:\.(?:2[0-9]|3[0-7])(?:\.\d)?)?))(?:-(?:glibc|musl|uclibc))?/,
    'sh',
    2,
  ),
  shellImage('docker.io/library/alpine', /latest|edge|3(?:\.(?:\d|1\d|2[0-3])(?:\.\d{1,2})?)?/, '/bin/sh', 4),
  shellImage(
    'docker.io/library/debian',
    /latest|stable(?:-slim)?|(?:bookworm|bullseye|trixie|1[0-3](?:\.\d{1,2})?)(?:-slim)?/,
    'bash',
    48,
  ),
  shellImage(
    'docker.io/library/ubuntu',
    /latest|rolling|devel|jammy|noble|focal|(?:1[68]|2[0-5])\.(?:04|10)/,
    '/bin/bash',
    29,
  ),
  shellImage('docker.io/nicolaka/netshoot', /latest|v0\.\d{1,2}/, 'zsh', 190),
  shellImage('registry.k8s.io/e2e-test-images/busybox', /1\.(?:29|36)(?:\.\d)?-\d/, 'sh', 2),
  shellImage('docker.io/curlimages/curl', /latest|[78]\.\d{1,2}\.\d{1,2}/, 'curl', 9),
  shellImage('docker.io/bitnami/kubectl', /latest|1\.\d{2}(?:\.\d{1,2})?/, 'kubectl', 110),
  shellImage('docker.io/library/python', releases('2\\.7|3'), 'python3', 350),
  shellImage('docker.io/library/node', releases('1[0-9]|2[0-5]'), 'node', 380),
  shellImage('docker.io/library/perl', releases('5'), 'perl', 320),
  shellImage('docker.io/polinux/stress', /latest|1\.0\.4/, 'stress', 4),
  server('docker.io/library/nginx', releases('1\\.(?:\\d|1\\d|2[0-9])|1'), 71, NGINX),
  server('docker.io/nginxinc/nginx-unprivileged', releases('1\\.(?:\\d|1\\d|2[0-9])|1'), 71, {
    ...NGINX,
    listens: [8080],
    user: 101,
  }),
  server('docker.io/library/httpd', releases('2(?:\\.4)?'), 58, {
    command: ['httpd-foreground'],
    listens: [80],
    answers: { '/': { status: 200, body: '<html><body><h1>It works!</h1></body></html>\n' } },
    memoryMiB: 12,
    readyLog: [
      '[{clock}] [mpm_event:notice] [pid 1:tid 1] AH00489: Apache/{tag} (Unix) configured -- resuming normal operations',
    ],
  }),
  server('docker.io/library/redis', releases('[4-8]'), 44, {
    command: ['redis-server'],
    listens: [6379],
    speaksHttp: false,
    memoryMiB: 8,
    user: 999,
    readyLog: [
      '1:C {clock} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo',
      '1:M {clock} * Ready to accept connections tcp',
    ],
    stopLog: [
      '1:signal-handler Received SIGTERM scheduling shutdown...',
      '1:M {clock} # Redis is now ready to exit, bye bye...',
    ],
  }),
  server('docker.io/library/postgres', releases('9|1[0-8]'), 150, {
    command: ['postgres'],
    listens: [5432],
    speaksHttp: false,
    startupMs: 1500,
    memoryMiB: 42,
    user: 999,
    needs: [{ env: 'POSTGRES_PASSWORD', afterMs: 200, log: DATABASE_ERROR }],
    readyLog: [
      '{clock} UTC [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432',
      '{clock} UTC [1] LOG:  database system is ready to accept connections',
    ],
    stopLog: [
      '{clock} UTC [1] LOG:  received smart shutdown request',
      '{clock} UTC [1] LOG:  database system is shut down',
    ],
  }),
  server('docker.io/library/mysql', releases('5|8|9'), 240, mysql('mysql', 'MYSQL_ROOT_PASSWORD')),
  server('docker.io/library/mariadb', releases('1[01]'), 120, mysql('mariadb', 'MARIADB_ROOT_PASSWORD')),
  server('docker.io/library/mongo', releases('[4-8]'), 270, {
    command: ['mongod'],
    listens: [27017],
    speaksHttp: false,
    startupMs: 1200,
    memoryMiB: 150,
    user: 999,
  }),
  server('docker.io/library/memcached', releases('1'), 32, {
    command: ['memcached'],
    listens: [11211],
    speaksHttp: false,
    memoryMiB: 4,
    user: 11211,
  }),
  server('docker.io/library/rabbitmq', /(?:latest|[34](?:\.\d{1,2}){0,2})(?:-management)?(?:-alpine)?/, 105, {
    command: ['rabbitmq-server'],
    listens: [5672, 15672],
    startupMs: 6000,
    memoryMiB: 130,
    cpuMilli: 12,
    user: 999,
    readyLog: ['{clock}.000000+00:00 [info] <0.9.0> Server startup complete; 4 plugins started.'],
  }),
  server('docker.io/hashicorp/http-echo', /latest|(?:0\.2\.[0-3]|1\.0(?:\.0)?|1)/, 4, {
    command: ['/http-echo'],
    listens: [5678],
    hasShell: false,
    runsArguments: false,
    memoryMiB: 5,
    user: 65532,
    readyLog: ['{clock} [INFO] server is listening on :5678'],
  }),
  server('docker.io/traefik/whoami', /latest|v1\.\d{1,2}(?:\.\d)?/, 3, {
    command: ['/whoami'],
    listens: ['${WHOAMI_PORT_NUMBER:-80}'],
    hasShell: false,
    runsArguments: false,
    memoryMiB: 5,
    readyLog: ['{clock} Starting up on port ${WHOAMI_PORT_NUMBER:-80}'],
  }),
  server('docker.io/kennethreitz/httpbin', 'latest', 160, {
    command: ['gunicorn'],
    listens: [80],
    memoryMiB: 60,
  }),
  server('registry.k8s.io/pause', /3\.(?:[1-9]|10)(?:\.\d)?/, 1, {
    command: ['/pause'],
    hasShell: false,
    runsArguments: false,
    memoryMiB: 1,
    cpuMilli: 0,
    user: 65535,
  }),
  server('registry.k8s.io/echoserver', /1\.(?:[0-9]|10)/, 46, {
    ...NGINX,
    listens: [8080],
    answers: { '/*': 200, '/': 200 },
  }),
  server('registry.k8s.io/e2e-test-images/agnhost', /2\.\d{1,2}(?:\.\d)?/, 52, {
    command: ['/agnhost'],
    args: ['pause'],
    memoryMiB: 6,
    runsArguments: false,
  }),
  server('gcr.io/google-samples/hello-app', /[12]\.0/, 12, {
    command: ['/hello-app'],
    listens: ['${PORT:-8080}'],
    hasShell: false,
    runsArguments: false,
    memoryMiB: 6,
    readyLog: ['{clock} Server listening on port ${PORT:-8080}'],
  }),
];
