package io.wkmq.benchmarks.load;

import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what is under way as long as anything moves. Belongs to the thread of the run. */
final class Patience {
    private static final long POLL_MS = 2;
    private static final long SECOND_NS = 1_000_000_000;

    private final Supplier<Totals> totals;
    private final Progress progress;
    private final long quietNs;
    private final long maxNs;

    /**
     * A patience.
     *
     * @param totals says what has moved
     * @param quietSeconds ends it when nothing has moved for so long
     * @param maxSeconds ends it even though something moves
     */
    Patience(Supplier<Totals> totals, Progress progress, int quietSeconds, int maxSeconds) {
        this.totals = totals;
        this.progress = progress;
        this.quietNs = quietSeconds * SECOND_NS;
        this.maxNs = maxSeconds * SECOND_NS;
    }

    /** Waits until that is so; tells when anything moved last. */
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
