import type { Service, Unmodelled } from '../world.ts';

const collectors =
  /^(opentelemetry-collector.*|otel-lgtm|jaeger|all-in-one|jaeger-collector|zipkin|zipkin-slim|tempo|loki|prometheus|pushgateway|grafana|datadog-agent|alloy)$/;
const naming = /OTEL|OTLP|TELEMETRY|COLLECTOR|JAEGER|ZIPKIN|TRACING/i;
const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** Whether an image only collects or shows telemetry, so that nothing comes back from it that code could go by. */
export function isTelemetry(name: string): boolean {
  return collectors.test(name);
}

/** The ports that a collector is configured to listen on, as the services name them in their environment. */
export function withNamedPorts(unmodelled: Unmodelled[], services: Service[]): Unmodelled[] {
  const first = unmodelled.find((one) => one.isTelemetry);
  if (!first) return unmodelled;
  const named = services.flatMap(({ environment }) =>
    Object.entries(environment).flatMap(([name, value]) => (naming.test(name) ? addressOf(value) : [])),
  );
  return unmodelled.map((one) => {
    if (!one.isTelemetry) return one;
    const own = named.filter(({ host }) => host === one.name || (one === first && loopback.test(host)));
    return { ...one, ports: [...new Set([...one.ports, ...own.map(({ port }) => port)])] };
  });
}

function addressOf(value: string): { host: string; port: number }[] {
  const found = URL.parse(value);
  const port = Number(found?.port);
  return found && port > 0 ? [{ host: found.hostname, port }] : [];
}
