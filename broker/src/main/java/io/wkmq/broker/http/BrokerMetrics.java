package io.wkmq.broker.http;

import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.prometheus.client.exporter.common.TextFormat;
import io.prometheus.client.hotspot.DefaultExports;
import io.wkmq.broker.http.Figure.Kind;
import io.wkmq.broker.http.Figure.Point;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The metrics of the node and the JVM in Prometheus formats. Thread-safe; each read opens some files in {@code /proc}. */
public final class BrokerMetrics extends Collector {
    private final NodeFigures figures;
    private final CollectorRegistry registry = new CollectorRegistry();

    /** Creates the metrics of these parts. */
    public BrokerMetrics(MetricsSources sources) {
        this.figures = new NodeFigures(sources);
        DefaultExports.register(registry);
        registry.register(this);
    }

    /** Returns the best format among those that the client accepts. */
    static String contentType(@Nullable String accept) {
        return TextFormat.chooseContentType(accept);
    }

    /** Returns the metrics page in this format. */
    byte[] page(String contentType) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Writer writer = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
            TextFormat.writeFormat(contentType, writer, registry.metricFamilySamples());
        } catch (IOException e) {
            throw new UncheckedIOException("Writing into memory failed", e);
        }
        return bytes.toByteArray();
    }

    @Override
    public List<MetricFamilySamples> collect() {
        NodeReading now = figures.read();
        return Stream.concat(
                        now.figures().stream().map(BrokerMetrics::family),
                        now.distributions().stream().map(BrokerMetrics::family))
                .toList();
    }

    private static MetricFamilySamples family(Distribution values) {
        List<MetricFamilySamples.Sample> samples = new ArrayList<>();
        for (int range = 0; range < values.counts().size(); range++) {
            double bound = range < values.bounds().size() ? values.bounds().get(range) : Double.POSITIVE_INFINITY;
            samples.add(new MetricFamilySamples.Sample(
                    values.name() + "_bucket",
                    List.of("le"),
                    List.of(doubleToGoString(bound)),
                    values.counts().get(range)));
        }
        samples.add(new MetricFamilySamples.Sample(values.name() + "_count", List.of(), List.of(), values.count()));
        samples.add(new MetricFamilySamples.Sample(values.name() + "_sum", List.of(), List.of(), values.sum()));
        return new MetricFamilySamples(values.name(), Type.HISTOGRAM, values.help(), samples);
    }

    private static MetricFamilySamples family(Figure figure) {
        if (figure.kind() == Kind.COUNTER) {
            CounterMetricFamily counter = new CounterMetricFamily(figure.name(), figure.help(), figure.labels());
            for (Point point : figure.points()) {
                counter.addMetric(point.labels(), point.value());
            }
            return counter;
        }
        GaugeMetricFamily gauge = new GaugeMetricFamily(figure.name(), figure.help(), figure.labels());
        for (Point point : figure.points()) {
            gauge.addMetric(point.labels(), point.value());
        }
        return gauge;
    }
}
