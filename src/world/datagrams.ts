import type { Wires } from './connect.ts';
import type { Datagram } from './datagram.ts';
import { mishapText } from './faults.ts';
import type { Host } from './host.ts';
import { preview } from './preview.ts';

/** Where measurements and log lines go, and nothing comes back: StatsD, syslog, Jaeger, GELF, Fluentd. */
const sinks = new Set([514, 5_140, 5_775, 6_831, 6_832, 8_125, 12_201, 24_224]);
const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0|::)$/;

/** Carries a datagram to whoever has bound the port; where nobody has, it is lost, as datagrams are. */
export function carry(sender: Host, { from, host: name, port, bytes }: Datagram, wires: Wires): void {
  const { record, faults, clock, enqueue } = wires;
  const { hosts, standing, unmodelled } = wires.reachable();
  const isHere = loopback.test(name) || name === sender.name || name === sender.address;
  const here = sender.datagramPorts.has(port) ? sender : hosts.find((one) => one.datagramPorts.has(port));
  const there = isHere ? here : hosts.find((one) => one.address === name || one.names.includes(name));
  const told = isHere ? (there?.name ?? name) : name;
  const text = preview(bytes.toString('utf8'));
  record.write({ service: sender.name, kind: 'publish', what: `UDP ${told}:${port}`, value: text });
  if (!there) {
    const isTelemetry = unmodelled.some((one) => one.name === name && one.isTelemetry);
    const isStore = standing.some(({ names }) => names.includes(name)) && !isTelemetry;
    if (isStore || !(isTelemetry || sinks.has(port))) wires.unmodelled(`${name} on UDP port ${port}`);
    return;
  }
  const mishap = faults.befallMessage(there.names);
  if (mishap) record.write({ service: sender.name, kind: 'fault', what: mishapText(mishap) });
  if (mishap && mishap.does !== 'delay') return;
  const arrive = (): void => {
    if (!there.datagramPorts.has(port)) return;
    record.write({ service: there.name, kind: 'message', what: `UDP from ${sender.name}`, value: text });
    const place: [string, number] = [isHere ? '127.0.0.1' : sender.address, from];
    enqueue(() => there.turn({ t: 'datagram', port, from: place, b: bytes.toString('base64'), now: clock.now() }));
  };
  if (mishap?.does === 'delay') clock.at(clock.now() + mishap.ms, arrive);
  else arrive();
}
