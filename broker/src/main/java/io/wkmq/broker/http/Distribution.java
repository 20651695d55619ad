package io.wkmq.broker.http;

import io.wkmq.channel.engine.Histogram;
import java.util.List;

/**
 * A metric of the node that counts how many values are up to some bounds.
 *
 * @param name its name on the metrics page
 * @param help what it says
 * @param bounds the bounds, rising
 * @param counts how many values there are up to each bound, and behind these how many there are
 * @param sum all values together
 */
record Distribution(String name, String help, List<Double> bounds, List<Long> counts, double sum) {
    /** Of a histogram, whose unit is divided by something. */
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

    /** How many values there are. */
    long count() {
        return counts.get(bounds.size());
    }
}
