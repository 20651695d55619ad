package io.wkmq.testing.sim;

import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The seeds of a randomized test. By default they are always the same, so that a build can be repeated. {@code -Dwkmq.seed=random}
 * takes others and says which, {@code -Dwkmq.seed=N} takes N alone, {@code -Dwkmq.schedules=N} takes so many from the first one on.
 * Immutable.
 */
public final class Seeds {
    private static final String SEED = "wkmq.seed";
    private static final String SCHEDULES = "wkmq.schedules";
    private static final String RANDOM = "random";
    private static final String FIXED = "fixed";

    private final String test;
    private final long first;
    private final int count;

    Seeds(String test, @Nullable String seed, @Nullable String schedules, int count) {
        this.test = test;
        String wanted = seed == null || seed.isEmpty() ? FIXED : seed;
        this.first = switch (wanted) {
            case FIXED -> 1;
            case RANDOM -> new Random().nextInt(1_000_000_000);
            default -> number(SEED, wanted);
        };
        boolean one = !wanted.equals(FIXED) && !wanted.equals(RANDOM);
        if (schedules != null && !schedules.isEmpty()) {
            this.count = Math.toIntExact(number(SCHEDULES, schedules));
        } else {
            this.count = one ? 1 : count;
        }
    }

    /**
     * The seeds of a test.
     *
     * @param test what it is called in what is printed
     * @param count how many schedules a build goes through
     */
    public static Seeds of(String test, int count) {
        return new Seeds(test, System.getProperty(SEED), System.getProperty(SCHEDULES), count);
    }

    /** The randomness of a test that has one schedule; prints its seed. */
    public static Random one(String test) {
        Seeds seeds = new Seeds(test, System.getProperty(SEED), null, 1);
        System.out.println(seeds.announcement());
        return random(seeds.first);
    }

    private static long number(String property, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "-D" + property + "=" + text + "; expected a number, or for seeds " + RANDOM + " or " + FIXED, e);
        }
    }

    /** Goes through one schedule after the other. What it throws names the seed that brings it about again. */
    public void forEach(Consumer<Random> schedule) {
        System.out.println(announcement());
        for (long seed = first; seed < first + count; seed++) {
            try {
                schedule.accept(random(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(test + " fails with -D" + SEED + "=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private String announcement() {
        return String.format(Locale.ROOT, "%s: %s=%d, schedules: %d", test, SEED, first, count);
    }

    /** Seeds that follow each other give a {@link Random} first numbers that do: so they are mixed, as by SplitMix64. */
    private static Random random(long seed) {
        long mixed = seed * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return new Random(mixed ^ mixed >>> 31);
    }
}
