#!/bin/sh
# Records what conntrack and the kernel print of a few connections: through a Service (DNAT), to the outside (source NAT),
# unanswered, over IPv6 and UDP. In network namespaces of its own, of which nothing is left.
#
#   sudo unshare --net --mount sh test/traffic/tools/record-conntrack.sh test/traffic/recorded/tools
#
# Needs iproute2, nftables, conntrack-tools and python3; the kernel with CONFIG_NF_CONNTRACK_PROCFS.
set -e
out=$1
work=$(mktemp -d)
pids=
trap 'kill $pids 2>/dev/null; rm -r "$work"' EXIT
ip link set lo up
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.netfilter.nf_conntrack_timestamp=1

host() { # name, address and gateway, the same of IPv6
  unshare --net sleep 60 &
  pid=$!
  pids="$pids $pid"
  sleep 0.3
  ip link add "v$1" type veth peer name eth0 netns "$pid"
  ip addr add "$3/24" dev "v$1"
  ip -6 addr add "$5/64" dev "v$1" nodad
  ip link set "v$1" up
  nsenter --net --target "$pid" sh -c "ip link set lo up; ip addr add $2/24 dev eth0; ip -6 addr add $4/64 dev eth0 nodad
    ip link set eth0 up; ip route add default via $3; ip -6 route add default via $5"
  eval "$1=$pid"
}
host client 10.244.1.5 10.244.1.1 fd00:1::5 fd00:1::1
host server 10.244.2.7 10.244.2.1 fd00:2::7 fd00:2::1
host world 203.0.113.7 203.0.113.1 fd00:3::7 fd00:3::1

nft -f - <<'RULES'
table ip nat {
  chain pre { type nat hook prerouting priority -100; ip daddr 10.96.0.20 tcp dport 80 dnat to 10.244.2.7:8080; }
  chain post { type nat hook postrouting priority 100; oifname "vworld" masquerade; }
}
table ip6 filter {
  chain forward { type filter hook forward priority 0; ct state new accept; }
}
RULES

cat > "$work/serve.py" <<'PYTHON'
import socket, threading
def serve(family, address, port):
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.bind((address, port))
    listening.listen()
    kept = []
    while True:
        kept.append(listening.accept()[0])
        kept[-1].sendall(b'hi')
for where in (socket.AF_INET, '0.0.0.0', 8080), (socket.AF_INET6, '::', 9090), (socket.AF_INET, '0.0.0.0', 443):
    threading.Thread(target=serve, args=where, daemon=True).start()
answering = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
answering.bind(('0.0.0.0', 53))
while True:
    data, sender = answering.recvfrom(99)
    answering.sendto(data, sender)
PYTHON
cat > "$work/call.py" <<'PYTHON'
import socket, time
kept = []
def call(family, kind, address, port, own):
    one = socket.socket(family, kind)
    kept.append(one)
    one.settimeout(1)
    one.bind(('::' if family == socket.AF_INET6 else '0.0.0.0', own))
    try:
        one.connect((address, port))
        if kind == socket.SOCK_DGRAM:
            one.send(b'q')
        one.recv(9)
    except OSError:
        pass
call(socket.AF_INET, socket.SOCK_STREAM, '10.96.0.20', 80, 45678)
call(socket.AF_INET, socket.SOCK_STREAM, '203.0.113.7', 443, 45679)
call(socket.AF_INET, socket.SOCK_STREAM, '203.0.113.99', 443, 45680)
call(socket.AF_INET6, socket.SOCK_STREAM, 'fd00:2::7', 9090, 45681)
call(socket.AF_INET, socket.SOCK_DGRAM, '10.244.2.7', 53, 40000)
call(socket.AF_INET, socket.SOCK_DGRAM, '10.244.2.9', 53, 40001)
time.sleep(5)
PYTHON
for pid in "$server" "$world"; do
  nsenter --net --target "$pid" python3 "$work/serve.py" &
  pids="$pids $!"
done
sleep 1
nsenter --net --target "$client" python3 "$work/call.py" &
pids="$pids $!"
sleep 4
# One after the other, so sorted: the table of the kernel has no order.
conntrack -L 2>/dev/null | sort > "$out/conntrack-list.log"
conntrack -L -o extended,id 2>/dev/null | sort > "$out/conntrack-extended.log"
sort /proc/net/nf_conntrack > "$out/nf_conntrack.log"
