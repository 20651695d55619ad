package io.wkmq.broker.http;

import io.wkmq.channel.engine.Histogram;
import java.util.List;

/**
 * A histogram metric of the node.
 *
 * @param name its name on the metrics page
 * @param help its description
 * @param bounds the upper bounds of the buckets, ascending
 * @param counts the cumulative count up to each bound, followed by the total count
 * @param sum the sum of all values
 */
record Distribution(String name, String help, List<Double> bounds, List<Long> counts, double sum) {
    /** Converts a histogram; its values are divided by {@code divisor}. */
    static Distribution of(String name, String help, Histogram.Reading reading, double divisor) {
        Long[] upTo = reading.counts().toArray(new Long[0]);
        for (int range = 1; range < upTo.length; range++) {
            upTo[range] += upTo[range - 1];
        }
        return new Distribution(
                name,
                help,
                reading.bounds().stream().map(bound -> bound / divisor).toList(),
                List.of(upTo),
                reading.sum() / divisor);
    }

    /** Returns the total count. */
    long count() {
        return counts.get(bounds.size());
    }
}
