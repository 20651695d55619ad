package io.wkmq.cluster.discovery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The delay between two looks. It doubles from look to look up to a limit, with random jitter of half its length, so that nodes
 * that start together do not stay in step.
 *
 * @param first the delay after the first look, and after one that found something new
 * @param aloneMax the limit while no other node is present
 * @param max the limit otherwise
 */
public record Pace(Duration first, Duration aloneMax, Duration max) {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration ALONE_MAX = Duration.ofSeconds(4);
    private static final int DOUBLINGS_MAX = 20;

    /** Validates the order. */
    public Pace {
        boolean ordered = first.toMillis() > 0 && first.compareTo(aloneMax) <= 0 && aloneMax.compareTo(max) <= 0;
        if (!ordered) {
            throw new IllegalArgumentException(
                    "Pace " + first + ", " + aloneMax + ", " + max + "; expected lengths above 0 that grow");
        }
    }

    /**
     * Creates a pace that starts at 1 second and grows up to 4 seconds while alone, otherwise up to {@code max}.
     *
     * @throws IllegalArgumentException if {@code max} is below 4 seconds
     */
    public static Pace upTo(Duration max) {
        return new Pace(FIRST, ALONE_MAX, max);
    }

    /**
     * Returns the next delay.
     *
     * @param looks the number of looks in a row without anything new
     */
    Duration after(int looks, boolean alone, RandomGenerator random) {
        long limit = (alone ? aloneMax : max).toMillis();
        long wait = Math.min(limit, first.toMillis() << Math.min(looks, DOUBLINGS_MAX));
        return Duration.ofMillis(wait - random.nextLong(wait / 2 + 1));
    }
}
