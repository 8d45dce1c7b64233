// The kinds a fabric of the harness serves: those of Kubernetes, a Hedgehog fabric, and some operators.
import type { KindCount, KindInfo } from '../../../shared/ipc.ts';

const VERBS = ['get', 'list', 'watch'];

/** `apps/v1 deployments Deployment deploy`: apiVersion, resource, kind, short names; `!` in front: cluster-scoped. */
function parse(line: string, custom: boolean): KindInfo {
  const [apiVersion = '', resource = '', kind = '', ...shortNames] = line.replace('!', '').split(' ');
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return {
    group: group ?? '',
    version: version ?? 'v1',
    resource,
    kind,
    namespaced: !line.startsWith('!'),
    verbs: VERBS,
    shortNames,
    custom,
  };
}

const BUILT_IN = `v1 pods Pod po
v1 services Service svc
v1 configmaps ConfigMap cm
v1 secrets Secret
v1 events Event ev
v1 endpoints Endpoints ep
v1 persistentvolumeclaims PersistentVolumeClaim pvc
!v1 persistentvolumes PersistentVolume pv
v1 resourcequotas ResourceQuota quota
v1 limitranges LimitRange limits
v1 serviceaccounts ServiceAccount sa
v1 replicationcontrollers ReplicationController rc
!v1 nodes Node no
!v1 namespaces Namespace ns
apps/v1 deployments Deployment deploy
apps/v1 statefulsets StatefulSet sts
apps/v1 daemonsets DaemonSet ds
apps/v1 replicasets ReplicaSet rs
batch/v1 jobs Job
batch/v1 cronjobs CronJob cj
autoscaling/v2 horizontalpodautoscalers HorizontalPodAutoscaler hpa
policy/v1 poddisruptionbudgets PodDisruptionBudget pdb
networking.k8s.io/v1 ingresses Ingress ing
networking.k8s.io/v1 networkpolicies NetworkPolicy netpol
!networking.k8s.io/v1 ingressclasses IngressClass
discovery.k8s.io/v1 endpointslices EndpointSlice
!storage.k8s.io/v1 storageclasses StorageClass sc
!storage.k8s.io/v1 csidrivers CSIDriver
rbac.authorization.k8s.io/v1 roles Role
!rbac.authorization.k8s.io/v1 clusterroles ClusterRole
events.k8s.io/v1 events Event ev
!apiextensions.k8s.io/v1 customresourcedefinitions CustomResourceDefinition crd
coordination.k8s.io/v1 leases Lease`;

const CUSTOM = `wiring.githedgehog.com/v1beta1 switches Switch sw
wiring.githedgehog.com/v1beta1 connections Connection conn
wiring.githedgehog.com/v1beta1 servers Server srv
wiring.githedgehog.com/v1beta1 switchprofiles SwitchProfile sp
wiring.githedgehog.com/v1beta1 vlannamespaces VLANNamespace vlanns
agent.githedgehog.com/v1beta1 agents Agent ag
vpc.githedgehog.com/v1beta1 vpcs VPC
vpc.githedgehog.com/v1beta1 vpcattachments VPCAttachment vpcattach
vpc.githedgehog.com/v1beta1 vpcpeerings VPCPeering vpcpeer
vpc.githedgehog.com/v1beta1 externals External ext
vpc.githedgehog.com/v1beta1 externalpeerings ExternalPeering extpeer
dhcp.githedgehog.com/v1beta1 dhcpsubnets DHCPSubnet dhcp
cert-manager.io/v1 certificates Certificate cert
kafka.strimzi.io/v1beta2 kafkas Kafka k
argoproj.io/v1alpha1 applications Application app`;

export const KINDS: readonly KindInfo[] = [
  ...BUILT_IN.split('\n').map((line) => parse(line, false)),
  ...CUSTOM.split('\n').map((line) => parse(line, true)),
];

const COUNTS: Readonly<Record<string, KindCount['count']>> = {
  pods: 1842,
  deployments: 211,
  statefulsets: 34,
  daemonsets: 12,
  jobs: 96,
  dhcpsubnets: 'denied',
  secrets: 'denied',
  kafkas: 'unknown',
};

/** A number for every kind: some denied, one not known. */
export function countOf(resource: string): KindCount['count'] {
  return COUNTS[resource] ?? resource.length * 3;
}
