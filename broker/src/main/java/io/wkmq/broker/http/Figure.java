package io.wkmq.broker.http;

import java.util.List;

/**
 * One metric of the node with its present values.
 *
 * @param kind what it is
 * @param name its name on the metrics page
 * @param help what it says
 * @param labels the names of its labels; each has few values
 * @param points its values
 */
record Figure(Kind kind, String name, String help, List<String> labels, List<Point> points) {
    enum Kind {
        /** Only rises; its name ends with {@code _total}. */
        COUNTER,
        /** Rises and falls. */
        GAUGE
    }

    /**
     * One value.
     *
     * @param labels the values of the labels
     * @param value the value
     */
    record Point(List<String> labels, double value) {}
}
