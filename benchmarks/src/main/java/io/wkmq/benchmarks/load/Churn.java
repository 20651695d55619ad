package io.wkmq.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Clients that connect and disconnect continuously, on separate event loops so that they do not delay the clients measured at the same
 * time. Confined to the thread of the run.
 */
final class Churn {
    private static final long POLL_MS = 20;
    private static final long LEAVE_MAX_NS = 10_000_000_000L;

    private final int connects;
    private final Loops loops;
    private final List<Visits> visits = new ArrayList<>();
    private long startNs;
    private long endNs;

    Churn(Options options, int run, Loops loops) throws LoadException {
        this.connects = options.extras().connects();
        this.loops = loops;
        Dialer dialer = new Dialer(options.target(), SessionTerms.CLEAN, loops);
        ClientFactory factory = new ClientFactory(loops, run);
        int count = loops.count();
        for (int i = 0; i < count; i++) {
            int first = i;
            visits.add(new Visits(loops.loop(i), number -> {
                int index = number * count + first;
                return new Client(
                        factory.id("visit", index),
                        index,
                        new Visitor(),
                        dialer,
                        loops.loop(first),
                        loops.stats(first));
            }));
        }
    }

    void begin() {
        startNs = NanoTime.now();
        for (int i = 0; i < visits.size(); i++) {
            Visits each = visits.get(i);
            Pace pace = new Pace((double) connects / visits.size(), (double) i / visits.size(), startNs);
            loops.loop(i).execute(() -> each.begin(pace));
        }
    }

    /** Stops, waits until all clients have disconnected, and closes the event loops. */
    void end() throws InterruptedException {
        for (int i = 0; i < visits.size(); i++) {
            loops.loop(i).execute(visits.get(i)::end);
        }
        endNs = NanoTime.now();
        while (sum(Visits::ended) < sum(Visits::begun) && NanoTime.now() - endNs < LEAVE_MAX_NS) {
            Thread.sleep(POLL_MS);
        }
        loops.close();
    }

    /** Returns the findings once ended, combined with those of the clients beside. */
    Findings findings(Outcome beside) {
        long begun = sum(Visits::begun);
        return new Findings(Command.CHURN)
                .count("connects_asked_per_second", "asked for", connects)
                .rate("connects", "connects", begun, (endNs - startNs) / 1e9)
                .times("connecting", "connecting", loops.times().connecting())
                .wrong("failed", "failed", sum(Visits::failed))
                .wrong("unfinished", "unfinished", begun - sum(Visits::ended))
                .part("beside", "beside", beside);
    }

    private long sum(ToLongFunction<Visits> each) {
        return visits.stream().mapToLong(each).sum();
    }
}
