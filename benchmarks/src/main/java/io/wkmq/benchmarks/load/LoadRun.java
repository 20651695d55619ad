package io.wkmq.benchmarks.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One run from the first connection to the result: connect, warm up, measure, wait for what is under way, disconnect, compare.
 * Used once, by one thread, which it blocks.
 */
final class LoadRun {
    private static final int CONNECTING_MAX = 128;
    private static final long POLL_MS = 20;
    private static final long SECOND_NS = 1_000_000_000;
    private static final long QUIET_NS = 3 * SECOND_NS;
    private static final long DRAIN_MAX_NS = 60 * SECOND_NS;
    private static final long CONNECT_MAX_SECONDS = 30;

    private final Options options;
    private final Progress progress;
    private final Loops loops;
    private final Clients clients;

    LoadRun(Options options, Progress progress, Loops loops) throws LoadException {
        this.options = options;
        this.progress = progress;
        this.loops = loops;
        Dialer dialer = new Dialer(options.target(), options.crew().persistent(), loops);
        int run = Stamp.run(ThreadLocalRandom.current().nextInt());
        this.clients = new Clients(options, loops, dialer, run);
    }

    /** Runs. Ends the loops. */
    Result run() throws LoadException, InterruptedException {
        long from;
        long to;
        Totals before;
        Totals after;
        try (loops) {
            connect();
            clients.begin();
            pass(NanoTime.now() + options.traffic().warmupSeconds() * SECOND_NS);
            before = loops.totals();
            from = NanoTime.now();
            loops.measureFrom(from);
            int seconds = options.traffic().seconds();
            pass(seconds == 0 ? Long.MAX_VALUE : from + seconds * SECOND_NS);
            after = loops.totals();
            to = NanoTime.now();
            clients.end();
            drain();
            clients.close();
        }
        boolean alone = options.crew().command() == Command.SUB;
        return new Result(
                options,
                (double) (to - from) / SECOND_NS,
                loops.totals(),
                after.minus(before),
                clients.tally(),
                alone ? clients.lowestQos() : options.traffic().deliveredQos(),
                loops.times());
    }

    /** Connects all, at most so many at a time. */
    private void connect() throws LoadException, InterruptedException {
        Semaphore connecting = new Semaphore(CONNECTING_MAX);
        CountDownLatch connected = new CountDownLatch(clients.all().size());
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        for (Client client : clients.all()) {
            requireTime(connecting.tryAcquire(CONNECT_MAX_SECONDS, TimeUnit.SECONDS), connected);
            if (failure.get() != null) {
                break;
            }
            var unused = client.start().whenComplete((done, cause) -> {
                if (cause != null) {
                    failure.compareAndSet(null, cause);
                }
                connecting.release();
                connected.countDown();
            });
            progress.connecting(
                    clients.all().size() - connected.getCount(), clients.all().size());
        }
        if (failure.get() == null) {
            requireTime(connected.await(CONNECT_MAX_SECONDS, TimeUnit.SECONDS), connected);
        }
        Throwable cause = failure.get();
        if (cause != null) {
            throw new LoadException(String.valueOf(cause.getMessage()), cause);
        }
    }

    private void requireTime(boolean inTime, CountDownLatch connected) throws LoadException {
        if (!inTime) {
            throw new LoadException(
                    connected.getCount() + " of " + clients.all().size()
                            + " clients are not connected; no other has been for " + CONNECT_MAX_SECONDS + " s");
        }
    }

    /** Waits until that time or until all messages are sent, or have arrived if nothing is sent. */
    private void pass(long untilNs) throws InterruptedException {
        long max = options.traffic().messages();
        while (NanoTime.now() < untilNs) {
            Totals now = loops.totals();
            boolean publishes = options.crew().command().publishes();
            if (max > 0 && (publishes ? now.published() : now.delivered()) >= max) {
                return;
            }
            progress.second(now);
            Thread.sleep(POLL_MS);
        }
    }

    /** Waits until all is acknowledged and has arrived, or nothing has moved for a while. */
    private void drain() throws InterruptedException {
        Totals last = loops.totals();
        long movedNs = NanoTime.now();
        long endNs = movedNs + DRAIN_MAX_NS;
        while (options.crew().command().publishes() && !drained(last) && NanoTime.now() < endNs) {
            Thread.sleep(POLL_MS);
            Totals now = loops.totals();
            if (!now.equals(last)) {
                last = now;
                movedNs = NanoTime.now();
            } else if (NanoTime.now() - movedNs > QUIET_NS) {
                return;
            }
        }
    }

    private boolean drained(Totals now) {
        Crew crew = options.crew();
        long answered = now.confirmed() + now.refused();
        boolean confirmed = options.traffic().qos() == 0 || answered >= now.published();
        long copies = now.published() * crew.pattern().copies(crew.subscribers());
        return confirmed && (!crew.command().subscribes() || now.delivered() >= copies);
    }
}
