#!/bin/sh
# Process 1 of a node's own PID and mount namespace: private system folders, then containerd, its images, the kubelet.
# Environment: STATE (the cluster's state folder), BINARY, NODE_NAME, NODE_IP, IMAGES. Killing it ends all of the node.
set -eu

for folder in run var/lib var/log; do
  mkdir -p "$STATE/$folder"
  mount --bind "$STATE/$folder" "/$folder"
done

# Names resolve at the cluster's own loopback server: nothing is asked outside of this machine.
resolv=$(readlink -f /etc/resolv.conf || echo /etc/resolv.conf)
mkdir -p "$(dirname "$resolv")"
[ -e "$resolv" ] || : >"$resolv"
mount --bind "$STATE/resolv.conf" "$resolv"

# The kubelet and the bridge plugin want these values, and would otherwise set them for the whole machine.
mkdir -p "$STATE/sysctl"
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  key=${setting%=*}
  [ -e "/proc/sys/$key" ] || continue
  copy="$STATE/sysctl/$(echo "$key" | tr / -)"
  echo "${setting#*=}" >"$copy"
  mount --bind "$copy" "/proc/sys/$key"
done

containerd --config "$STATE/containerd.toml" >"$STATE/logs/containerd.log" 2>&1 &
attempts=0
until ctr version >/dev/null 2>&1; do
  attempts=$((attempts + 1))
  if [ "$attempts" -gt 300 ]; then
    echo "containerd did not answer within 30 s. The end of its log:"
    tail -n 15 "$STATE/logs/containerd.log"
    exit 1
  fi
  sleep 0.1
done
ctr -n k8s.io images import --snapshotter native "$IMAGES"

"$BINARY" kubelet --config="$STATE/kubelet.yaml" --kubeconfig="$STATE/pki/kubelet.kubeconfig" \
  --hostname-override="$NODE_NAME" --node-ip="$NODE_IP" >"$STATE/logs/kubelet.log" 2>&1 &
kubelet=$!
code=0
wait "$kubelet" || code=$?
echo "The kubelet ended with exit code $code. The end of its log:"
tail -n 15 "$STATE/logs/kubelet.log"
exit 1
