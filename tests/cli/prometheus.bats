# SPDX-License-Identifier: GPL-2.0-or-later
# A stalled queue in Prometheus: vqtop writes a file, node_exporter serves it,
# Prometheus fetches that; all on the loopback.

load common

EXAMPLES=$TOP/examples/prometheus

setup()
{
	cd "$BATS_TEST_TMPDIR"
	pids=()
}

teardown()
{
	local pid

	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null || true
	done
	wait 2>/dev/null || true
}

# Unpacked, not installed: installed packages start services at once.
unpack()
{
	PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$TOP/tests/lab python3 -c '
import pathlib, sys
import packages
folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for name in sys.argv[2:]:
    packages.unpack(packages.Apt().download(name, folder), folder)' \
		"$1" prometheus prometheus-node-exporter
}

setup_file()
{
	local folder=${O%-san}/prometheus

	[ -x "$folder/usr/bin/prometheus" ] || unpack "$folder" >&2 || true
	export PATH=$PATH:$folder/usr/bin
}

needs()
{
	command -v "$1" >/dev/null || skip "$1 is not here, and cannot be fetched"
}

free_port()
{
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# begin COMMAND: in the background; stopped by its process id.
begin()
{
	"$@" >>"$1.log" 2>&1 3>&- &
	pids+=($!)
}

fetch()
{
	python3 -c '
import sys, urllib.parse, urllib.request
url = sys.argv[1]
if len(sys.argv) > 2:
    url += "?" + urllib.parse.urlencode({"query": sys.argv[2]})
print(urllib.request.urlopen(url, timeout=5).read().decode())' "$@" 2>/dev/null
}

# Query until jq accepts an answer.
ask()
{
	local i

	for i in $(seq 300); do
		if fetch "http://127.0.0.1:$prometheus/api/v1/query" "$1" |
				jq -e "$2" >/dev/null 2>&1; then
			return 0
		fi
		sleep 0.2
	done
	tail -n 5 ./*.log
	fail "no such answer: $1: $2"
}

# vqtop's output, served as OpenMetrics, which is parsed strictly.
serve()
{
	exec python3 -c '
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = open(sys.argv[2], "rb").read()
        self.send_response(200)
        self.send_header("Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()' "$@"
}

@test "the rules of the example are sound" {
	needs promtool
	run -0 promtool check rules "$EXAMPLES/virtio-alerts.yml"
	run -0 promtool check config "$EXAMPLES/prometheus.yml"
}

@test "the dashboard asks for existing metrics" {
	vqtop --openmetrics --replay "$TOP/tests/fixtures/vqtop/three.jsonl" -n 3 >metrics
	jq -r '.panels[].targets[].expr' "$EXAMPLES/virtio-dashboard.json" |
		grep -o 'virtio_[a-z_]*' | sort -u >wanted
	[ -s wanted ]
	while read -r name; do
		grep -q "^$name[{ ]" metrics || fail "$name"
	done <wanted
}

@test "Prometheus accepts the metrics file" {
	needs promtool
	vqtop --textfile virtio.prom -n 1 -d 0.1 sim:blk,fault=stuck sim:rng
	run -0 promtool check metrics <virtio.prom
	[ -z "$output" ]
}

# type_is NAME TYPE: according to node_exporter, with our help text.
type_is()
{
	fetch "http://127.0.0.1:$exporter/metrics" >shown
	grep -qx "# TYPE $1 $2" shown
	run ! grep "^# HELP $1 Metric read from" shown
}

@test "a stalled queue, through node_exporter and Prometheus" {
	needs prometheus
	needs prometheus-node-exporter
	exporter=$(free_port) direct=$(free_port) prometheus=$(free_port)
	mkdir text
	begin vqtop -d 0.5 --textfile text/virtio.prom sim:blk,fault=stuck sim:rng
	vqtop -d 2 --openmetrics sim:blk,fault=stuck sim:rng >direct.txt
	begin prometheus-node-exporter --web.listen-address "127.0.0.1:$exporter" \
		--collector.disable-defaults --collector.textfile \
		--collector.textfile.directory text
	begin serve "$direct" direct.txt
	sed -e "s/localhost:9100/127.0.0.1:$exporter/" -e 's/: 15s/: 1s/' \
		"$EXAMPLES/prometheus.yml" >prometheus.yml
	cat >>prometheus.yml <<END
  - job_name: direct
    static_configs:
      - targets: ['127.0.0.1:$direct']
END
	sed 's/for: 30s/for: 1s/' "$EXAMPLES/virtio-alerts.yml" >virtio-alerts.yml
	begin prometheus --config.file prometheus.yml --storage.tsdb.path data \
		--web.listen-address "127.0.0.1:$prometheus"

	ask 'virtio_queue_stalled{job="node"} == 1' \
		'.data.result | length == 1 and .[0].metric.device == "sim:blk,fault=stuck"'
	ask 'virtio_queue_stall{job="node"}' '.data.result[0].metric.code == "D_DEVICE_STUCK"'
	ask 'virtio_queue_stalled{job="direct"} == 1' '.data.result | length == 1'
	ask 'virtio_queue_submitted_total{job="direct"}' '.data.result | length >= 2'
	ask 'ALERTS{alertname="VirtioQueueStalled",alertstate="firing",job="node"}' \
		'.data.result | length == 1'
	type_is virtio_queue_submitted_total counter
	type_is virtio_queue_in_flight gauge
}
