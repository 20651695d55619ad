package io.wkmq.cluster.discovery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait between two looks. It doubles from look to look up to a limit, and half of it is left to chance, so that
 * nodes which start together do not stay together.
 *
 * @param first after the first look, and after one that found something new
 * @param aloneMax the limit while no other node is here
 * @param max the limit otherwise
 */
public record Pace(Duration first, Duration aloneMax, Duration max) {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration ALONE_MAX = Duration.ofSeconds(4);
    private static final int DOUBLINGS_MAX = 20;

    /** Checks the order. */
    public Pace {
        boolean ordered = first.toMillis() > 0 && first.compareTo(aloneMax) <= 0 && aloneMax.compareTo(max) <= 0;
        if (!ordered) {
            throw new IllegalArgumentException(
                    "Pace " + first + ", " + aloneMax + ", " + max + "; expected lengths above 0 that grow");
        }
    }

    /**
     * 1 second, then up to 4 while alone, else up to the limit.
     *
     * @throws IllegalArgumentException if the limit is below 4 seconds
     */
    public static Pace upTo(Duration max) {
        return new Pace(FIRST, ALONE_MAX, max);
    }

    /**
     * The next wait.
     *
     * @param looks without anything new in a row
     */
    Duration after(int looks, boolean alone, RandomGenerator random) {
        long limit = (alone ? aloneMax : max).toMillis();
        long wait = Math.min(limit, first.toMillis() << Math.min(looks, DOUBLINGS_MAX));
        return Duration.ofMillis(wait - random.nextLong(wait / 2 + 1));
    }
}
