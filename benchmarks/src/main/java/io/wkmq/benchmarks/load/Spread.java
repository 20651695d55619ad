package io.wkmq.benchmarks.load;

import java.util.Arrays;

/**
 * How evenly messages were spread over the members of a share group.
 *
 * @param least the share of the member that received the fewest, relative to an even share
 * @param most the share of the member that received the most, relative to an even share
 */
record Spread(double least, double most) {
    static Spread of(long[] counts) {
        double even = Arrays.stream(counts).average().orElse(0);
        return even == 0
                ? new Spread(1, 1)
                : new Spread(
                        Arrays.stream(counts).min().orElse(0) / even,
                        Arrays.stream(counts).max().orElse(0) / even);
    }
}
