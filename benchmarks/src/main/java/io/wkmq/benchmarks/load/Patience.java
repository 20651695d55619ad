package io.wkmq.benchmarks.load;

import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for pending messages as long as there is progress. Confined to the thread of the run. */
final class Patience {
    private static final long POLL_MS = 2;
    private static final long SECOND_NS = 1_000_000_000;

    private final Supplier<Totals> totals;
    private final Progress progress;
    private final long quietNs;
    private final long maxNs;

    /**
     * Creates a patience.
     *
     * @param totals supplies the counters that show progress
     * @param quietSeconds how long there may be no progress
     * @param maxSeconds how long to wait in total, even with progress
     */
    Patience(Supplier<Totals> totals, Progress progress, int quietSeconds, int maxSeconds) {
        this.totals = totals;
        this.progress = progress;
        this.quietNs = quietSeconds * SECOND_NS;
        this.maxNs = maxSeconds * SECOND_NS;
    }

    /** Waits until {@code done} holds or patience runs out; returns the time of the last progress. */
    long await(Predicate<Totals> done) throws InterruptedException {
        Totals last = totals.get();
        long movedNs = NanoTime.now();
        long endNs = movedNs + maxNs;
        while (!done.test(last) && NanoTime.now() < endNs) {
            Thread.sleep(POLL_MS);
            Totals now = totals.get();
            progress.second(now);
            if (!now.equals(last)) {
                last = now;
                movedNs = NanoTime.now();
            } else if (NanoTime.now() - movedNs > quietNs) {
                break;
            }
        }
        return movedNs;
    }
}
