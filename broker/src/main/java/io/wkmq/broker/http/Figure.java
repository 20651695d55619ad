package io.wkmq.broker.http;

import java.util.List;

/**
 * One metric of the node with its current values.
 *
 * @param kind its type
 * @param name its name on the metrics page
 * @param help its description
 * @param labels the names of its labels; each has few distinct values
 * @param points its values
 */
record Figure(Kind kind, String name, String help, List<String> labels, List<Point> points) {
    enum Kind {
        /** Only increases; its name ends with {@code _total}. */
        COUNTER,
        /** Increases and decreases. */
        GAUGE
    }

    /**
     * One value of a metric.
     *
     * @param labels the label values
     * @param value the value
     */
    record Point(List<String> labels, double value) {}
}
