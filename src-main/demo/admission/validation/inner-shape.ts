/** How the API server's inner objects are laid out: it prints them so where it refuses the change of a spec. */
import { isRecord, record } from '../../../../shared/cluster/narrow.ts';

/**
 * Fields by type, in their order. After a name: its JSON name in parentheses where it is not the same with a small
 * letter; what is printed for an absent one (' text, # number, ? boolean, ! object; else null); after a dot its type.
 */
const SHAPES = {
  PodSpec:
    "Volumes.Volume InitContainers.Container Containers.Container EphemeralContainers.EphemeralContainer RestartPolicy' TerminationGracePeriodSeconds ActiveDeadlineSeconds DNSPolicy(dnsPolicy)' NodeSelector ServiceAccountName' AutomountServiceAccountToken NodeName' SecurityContext.PodSecurityContext ImagePullSecrets.LocalObjectReference Hostname' Subdomain' SetHostnameAsFQDN Affinity.Affinity SchedulerName' Tolerations.Toleration HostAliases.HostAlias PriorityClassName' Priority PreemptionPolicy DNSConfig(dnsConfig).PodDNSConfig ReadinessGates.PodReadinessGate RuntimeClassName Overhead EnableServiceLinks TopologySpreadConstraints.TopologySpreadConstraint OS(os).PodOS SchedulingGates.PodSchedulingGate ResourceClaims Resources.ResourceRequirements HostnameOverride WorkloadRef",
  PersistentVolumeClaimSpec:
    "AccessModes Selector Resources!.VolumeResourceRequirements VolumeName' StorageClassName VolumeMode DataSource.TypedLocalObjectReference DataSourceRef.TypedObjectReference VolumeAttributesClassName",
  Volume:
    "Name' HostPath.HostPathVolumeSource EmptyDir.EmptyDirVolumeSource GCEPersistentDisk(gcePersistentDisk) AWSElasticBlockStore(awsElasticBlockStore) GitRepo Secret.SecretVolumeSource NFS(nfs).NFSVolumeSource ISCSI(iscsi) Glusterfs PersistentVolumeClaim.PersistentVolumeClaimVolumeSource RBD(rbd) Quobyte FlexVolume Cinder CephFS(cephfs) Flocker DownwardAPI.DownwardAPIVolumeSource FC(fc) AzureFile ConfigMap.ConfigMapVolumeSource VsphereVolume AzureDisk PhotonPersistentDisk Projected.ProjectedVolumeSource PortworxVolume ScaleIO StorageOS(storageos) CSI(csi).CSIVolumeSource Ephemeral.EphemeralVolumeSource Image.ImageVolumeSource",
  Container:
    "Name' Image' Command Args WorkingDir' Ports.ContainerPort EnvFrom.EnvFromSource Env.EnvVar Resources!.ResourceRequirements ResizePolicy.ContainerResizePolicy RestartPolicy RestartPolicyRules VolumeMounts.VolumeMount VolumeDevices.VolumeDevice LivenessProbe.Probe ReadinessProbe.Probe StartupProbe.Probe Lifecycle.Lifecycle TerminationMessagePath' TerminationMessagePolicy' ImagePullPolicy' SecurityContext.SecurityContext Stdin? StdinOnce? TTY(tty)?",
  EphemeralContainer:
    "Name' Image' Command Args WorkingDir' Ports.ContainerPort EnvFrom.EnvFromSource Env.EnvVar Resources!.ResourceRequirements ResizePolicy.ContainerResizePolicy RestartPolicy RestartPolicyRules VolumeMounts.VolumeMount VolumeDevices.VolumeDevice LivenessProbe.Probe ReadinessProbe.Probe StartupProbe.Probe Lifecycle.Lifecycle TerminationMessagePath' TerminationMessagePolicy' ImagePullPolicy' SecurityContext.SecurityContext Stdin? StdinOnce? TTY(tty)? TargetContainerName'",
  PodSecurityContext:
    'HostNetwork? HostPID? HostIPC? ShareProcessNamespace HostUsers SELinuxOptions(seLinuxOptions) WindowsOptions RunAsUser RunAsGroup RunAsNonRoot SupplementalGroups SupplementalGroupsPolicy FSGroup(fsGroup) FSGroupChangePolicy(fsGroupChangePolicy) Sysctls.Sysctl SeccompProfile.SeccompProfile AppArmorProfile.AppArmorProfile SELinuxChangePolicy(seLinuxChangePolicy)',
  LocalObjectReference: "Name'",
  Affinity: 'NodeAffinity.NodeAffinity PodAffinity.PodAffinity PodAntiAffinity.PodAntiAffinity',
  Toleration: "Key' Operator' Value' Effect' TolerationSeconds",
  HostAlias: "IP(ip)' Hostnames",
  PodDNSConfig: 'Nameservers Searches Options.PodDNSConfigOption',
  PodReadinessGate: "ConditionType'",
  TopologySpreadConstraint:
    "MaxSkew# TopologyKey' WhenUnsatisfiable' LabelSelector MinDomains NodeAffinityPolicy NodeTaintsPolicy MatchLabelKeys",
  PodOS: "Name'",
  PodSchedulingGate: "Name'",
  ResourceRequirements: 'Limits Requests Claims',
  VolumeResourceRequirements: 'Limits Requests',
  TypedLocalObjectReference: "APIGroup(apiGroup) Kind' Name'",
  TypedObjectReference: "APIGroup(apiGroup) Kind' Name' Namespace",
  HostPathVolumeSource: "Path' Type",
  EmptyDirVolumeSource: "Medium' SizeLimit",
  SecretVolumeSource: "SecretName' Items.KeyToPath DefaultMode Optional",
  NFSVolumeSource: "Server' Path' ReadOnly?",
  PersistentVolumeClaimVolumeSource: "ClaimName' ReadOnly?",
  DownwardAPIVolumeSource: 'Items.DownwardAPIVolumeFile DefaultMode',
  ConfigMapVolumeSource: "Name' Items.KeyToPath DefaultMode Optional",
  ProjectedVolumeSource: 'Sources.VolumeProjection DefaultMode',
  CSIVolumeSource:
    "Driver' ReadOnly FSType(fsType) VolumeAttributes NodePublishSecretRef.LocalObjectReference",
  EphemeralVolumeSource: 'VolumeClaimTemplate.PersistentVolumeClaimTemplate',
  ImageVolumeSource: "Reference' PullPolicy'",
  ContainerPort: "Name' HostPort# ContainerPort# Protocol' HostIP'",
  EnvFromSource: "Prefix' ConfigMapRef.ConfigMapEnvSource SecretRef.SecretEnvSource",
  EnvVar: "Name' Value' ValueFrom.EnvVarSource",
  ContainerResizePolicy: "ResourceName' RestartPolicy'",
  VolumeMount: "Name' ReadOnly? RecursiveReadOnly MountPath' SubPath' MountPropagation SubPathExpr'",
  VolumeDevice: "Name' DevicePath'",
  Probe:
    'Exec.ExecAction HTTPGet(httpGet).HTTPGetAction TCPSocket(tcpSocket).TCPSocketAction GRPC(grpc).GRPCAction InitialDelaySeconds# TimeoutSeconds# PeriodSeconds# SuccessThreshold# FailureThreshold# TerminationGracePeriodSeconds',
  Lifecycle: 'PostStart.LifecycleHandler PreStop.LifecycleHandler StopSignal',
  SecurityContext:
    'Capabilities.Capabilities Privileged SELinuxOptions(seLinuxOptions) WindowsOptions RunAsUser RunAsGroup RunAsNonRoot ReadOnlyRootFilesystem AllowPrivilegeEscalation ProcMount SeccompProfile.SeccompProfile AppArmorProfile.AppArmorProfile',
  Sysctl: "Name' Value'",
  SeccompProfile: "Type' LocalhostProfile",
  AppArmorProfile: "Type' LocalhostProfile",
  NodeAffinity:
    'RequiredDuringSchedulingIgnoredDuringExecution.NodeSelector PreferredDuringSchedulingIgnoredDuringExecution.PreferredSchedulingTerm',
  PodAffinity:
    'RequiredDuringSchedulingIgnoredDuringExecution.PodAffinityTerm PreferredDuringSchedulingIgnoredDuringExecution.WeightedPodAffinityTerm',
  PodAntiAffinity:
    'RequiredDuringSchedulingIgnoredDuringExecution.PodAffinityTerm PreferredDuringSchedulingIgnoredDuringExecution.WeightedPodAffinityTerm',
  PodDNSConfigOption: "Name' Value",
  KeyToPath: "Key' Path' Mode",
  DownwardAPIVolumeFile: "Path' FieldRef.ObjectFieldSelector ResourceFieldRef.ResourceFieldSelector Mode",
  VolumeProjection:
    'Secret.SecretProjection DownwardAPI.DownwardAPIProjection ConfigMap.ConfigMapProjection ServiceAccountToken.ServiceAccountTokenProjection ClusterTrustBundle PodCertificate',
  PersistentVolumeClaimTemplate: 'Spec!.PersistentVolumeClaimSpec',
  ConfigMapEnvSource: "Name' Optional",
  SecretEnvSource: "Name' Optional",
  EnvVarSource:
    'FieldRef.ObjectFieldSelector ResourceFieldRef.ResourceFieldSelector ConfigMapKeyRef.ConfigMapKeySelector SecretKeyRef.SecretKeySelector FileKeyRef',
  ExecAction: 'Command',
  HTTPGetAction: "Path' Port# Host' Scheme' HTTPHeaders(httpHeaders).HTTPHeader",
  TCPSocketAction: "Port# Host'",
  GRPCAction: 'Port# Service',
  LifecycleHandler:
    'Exec.ExecAction HTTPGet(httpGet).HTTPGetAction TCPSocket(tcpSocket).TCPSocketAction Sleep.SleepAction',
  Capabilities: 'Add Drop',
  NodeSelector: 'NodeSelectorTerms.NodeSelectorTerm',
  PreferredSchedulingTerm: 'Weight# Preference!.NodeSelectorTerm',
  PodAffinityTerm: "LabelSelector Namespaces TopologyKey' NamespaceSelector MatchLabelKeys MismatchLabelKeys",
  WeightedPodAffinityTerm: 'Weight# PodAffinityTerm!.PodAffinityTerm',
  ObjectFieldSelector: "APIVersion(apiVersion)' FieldPath'",
  ResourceFieldSelector: "ContainerName' Resource' Divisor'",
  SecretProjection: "Name' Items.KeyToPath Optional",
  DownwardAPIProjection: 'Items.DownwardAPIVolumeFile',
  ConfigMapProjection: "Name' Items.KeyToPath Optional",
  ServiceAccountTokenProjection: "Audience' ExpirationSeconds# Path'",
  ConfigMapKeySelector: "Name' Key' Optional",
  SecretKeySelector: "Name' Key' Optional",
  HTTPHeader: "Name' Value'",
  SleepAction: 'Seconds#',
  NodeSelectorTerm: 'MatchExpressions.NodeSelectorRequirement MatchFields.NodeSelectorRequirement',
  NodeSelectorRequirement: "Key' Operator' Values",
  PersistentVolumeSource:
    'GCEPersistentDisk(gcePersistentDisk) AWSElasticBlockStore(awsElasticBlockStore) HostPath.HostPathVolumeSource Glusterfs.GlusterfsPersistentVolumeSource NFS(nfs).NFSVolumeSource RBD(rbd).RBDPersistentVolumeSource Quobyte ISCSI(iscsi).ISCSIPersistentVolumeSource FlexVolume.FlexPersistentVolumeSource Cinder.CinderPersistentVolumeSource CephFS(cephfs).CephFSPersistentVolumeSource FC(fc) Flocker AzureFile.AzureFilePersistentVolumeSource VsphereVolume AzureDisk PhotonPersistentDisk PortworxVolume ScaleIO.ScaleIOPersistentVolumeSource Local.LocalVolumeSource StorageOS(storageos).StorageOSPersistentVolumeSource CSI(csi).CSIPersistentVolumeSource',
  LocalVolumeSource: "Path' FSType(fsType)",
  CSIPersistentVolumeSource:
    "Driver' VolumeHandle' ReadOnly? FSType(fsType)' VolumeAttributes ControllerPublishSecretRef.SecretReference NodeStageSecretRef.SecretReference NodePublishSecretRef.SecretReference ControllerExpandSecretRef.SecretReference NodeExpandSecretRef.SecretReference",
  SecretReference: "Name' Namespace'",
} as const;

interface Field {
  readonly name: string;
  readonly json: string;
  readonly absent: unknown;
  readonly type: string | undefined;
}

const ABSENT: Readonly<Record<string, unknown>> = { "'": '', '#': 0, '?': false, '!': {} };
const FIELD = /^(\w+)(?:\((\w+)\))?(['#?!])?(?:\.(\w+))?$/;

function fieldsOf(type: string): readonly Field[] {
  const row: string | undefined = Object.hasOwn(SHAPES, type)
    ? SHAPES[type as keyof typeof SHAPES]
    : undefined;
  return (row ?? '').split(' ').flatMap((text) => {
    const [, name, json, mark, below] = FIELD.exec(text) ?? [];
    if (name === undefined) return [];
    const usual = name.charAt(0).toLowerCase() + name.slice(1);
    return [{ name, json: json ?? usual, absent: mark === undefined ? null : ABSENT[mark], type: below }];
  });
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

function shaped(type: string | undefined, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.length === 0 ? null : value.map((item) => shaped(type, item));
  if (type === undefined || !isRecord(value)) return sorted(value);
  const entries = fieldsOf(type).map(({ name, json, absent, type: below }) => {
    const given = value[json] ?? (absent !== null && isRecord(absent) ? {} : undefined);
    return [name, given === undefined ? absent : shaped(below, given)] as const;
  });
  return Object.fromEntries(entries);
}

const OF_THE_HOST = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];

/** The server keeps what concerns the host with the security context. */
function inner(spec: Record<string, unknown>): Record<string, unknown> {
  const host = Object.fromEntries(OF_THE_HOST.map((field) => [field, spec[field]]));
  return { ...spec, securityContext: { ...record(spec.securityContext), ...host } };
}

type InnerType = 'PodSpec' | 'PersistentVolumeClaimSpec' | 'PersistentVolumeSource';

/** An object as the server keeps it. */
export function innerValue(type: InnerType, value: Record<string, unknown>): unknown {
  return shaped(type, type === 'PodSpec' ? inner(value) : value);
}

/** The lines of its JSON. */
export function innerLines(type: InnerType, value: Record<string, unknown>): readonly string[] {
  return JSON.stringify(innerValue(type, value), null, 1).split('\n');
}
