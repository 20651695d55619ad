package io.wkmq.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A strict parser of the metrics page, in Prometheus' text format 0.0.4 or in OpenMetrics 1.0: every family is described once, before its
 * samples, its samples are contiguous, and no series is repeated.
 */
final class MetricsText {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");
    private static final List<String> SUFFIXES =
            List.of("_total", "_created", "_sum", "_count", "_bucket", "_info", "");

    private final boolean openMetrics;
    private final Map<String, String> types = new LinkedHashMap<>();
    private final Set<String> helps = new HashSet<>();
    private final Map<String, Double> series = new LinkedHashMap<>();
    private String family = "";

    private MetricsText(boolean openMetrics) {
        this.openMetrics = openMetrics;
    }

    /** Reads a page, or fails at the first thing that is wrong. */
    static MetricsText parse(String page, boolean openMetrics) {
        assertThat(page).endsWith("\n");
        MetricsText text = new MetricsText(openMetrics);
        String[] lines = page.substring(0, page.length() - 1).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (openMetrics && lines[i].equals("# EOF")) {
                assertThat(i).as("the line of # EOF").isEqualTo(lines.length - 1);
                return text;
            }
            text.line(lines[i]);
        }
        assertThat(openMetrics).as("ends without # EOF").isFalse();
        return text;
    }

    private void line(String line) {
        if (line.startsWith("# HELP ")) {
            String name = word(line, "# HELP ");
            assertThat(helps.add(name)).as("second HELP: %s", line).isTrue();
            begin(name);
        } else if (line.startsWith("# TYPE ")) {
            String name = word(line, "# TYPE ");
            begin(name);
            String type = line.substring("# TYPE ".length() + name.length() + 1);
            assertThat(List.of("counter", "gauge", "summary", "histogram", "untyped", "unknown", "info"))
                    .contains(type);
            assertThat(types.put(name, type)).as("second TYPE: %s", line).isNull();
        } else {
            sample(line);
        }
    }

    private static String word(String line, String prefix) {
        int end = line.indexOf(' ', prefix.length());
        String name = line.substring(prefix.length(), end);
        assertThat(name).as(line).matches(NAME);
        return name;
    }

    private void begin(String name) {
        if (!family.equals(name)) {
            assertThat(types).as("the family %s is in two places", name).doesNotContainKey(name);
            family = name;
        }
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as("a sample: %s", line).isTrue();
        String name = sample.group(1);
        assertThat(SUFFIXES.stream().anyMatch(suffix -> name.equals(family + suffix)))
                .as("a sample of %s: %s", family, line)
                .isTrue();
        assertThat(types).as("TYPE comes before %s", line).containsKey(family);
        boolean counter = "counter".equals(types.get(family));
        if (counter && openMetrics) {
            assertThat(name).as(line).matches(".*(_total|_created)");
        }
        double value = value(sample.group(4));
        if (counter) {
            assertThat(value).as(line).isNotNegative();
        }
        String labels = sample.group(3) == null ? "" : labels(sample.group(3));
        assertThat(series.put(name + labels, value)).as("twice: %s", line).isNull();
    }

    private static String labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        // simpleclient ends the list of labels with a comma, which both formats allow
        Matcher label = LABEL.matcher(text);
        int at = 0;
        while (at < text.length()) {
            assertThat(label.find(at) && label.start() == at)
                    .as("labels: %s", text)
                    .isTrue();
            assertThat(labels.put(label.group(1), label.group(2)))
                    .as("twice: %s", text)
                    .isNull();
            at = label.end();
        }
        return labels.toString();
    }

    private static double value(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    /** All series, such as {@code name{label=value}}, with their values. */
    Map<String, Double> series() {
        return series;
    }

    /** The value of one series. */
    double of(String name, String... labels) {
        String key = labels.length == 0 ? name : name + '{' + String.join(", ", labels) + '}';
        assertThat(series).containsKey(key);
        return series.getOrDefault(key, Double.NaN);
    }
}
