package io.wkmq.benchmarks.load;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts, drives and stops publishers. Confined to the thread of the run. */
final class Publishing {
    private static final int TICK_MS = 1;
    private static final int TICK_MANY_MS = 10;
    private static final int MANY = 1000;

    private final Loops loops;
    private final List<Publisher> publishers;
    private final List<Client> clients;
    private final List<Future<?>> ticks = new ArrayList<>();

    /**
     * Creates the control of publishers that have not started.
     *
     * @param clients the client of each publisher, at the same index; others may follow
     */
    Publishing(Loops loops, List<Publisher> publishers, List<Client> clients) {
        this.loops = loops;
        this.publishers = List.copyOf(publishers);
        this.clients = List.copyOf(clients);
    }

    /**
     * Starts the publishers, staggered over the interval of their rate.
     *
     * @param rate messages per second of all publishers together; 0 for as many as possible
     * @param bounded whether the messages in flight to subscribers are bounded, so that lost ones must be written off
     */
    void begin(long rate, boolean bounded) {
        long now = NanoTime.now();
        double perSecond = (double) rate / Math.max(1, publishers.size());
        for (int i = 0; i < publishers.size(); i++) {
            Publisher publisher = publishers.get(i);
            Pace pace = new Pace(perSecond, (double) i / publishers.size(), now);
            loopOf(i).execute(() -> publisher.begin(pace));
        }
        for (int i = 0; i < loops.count(); i++) {
            List<Publisher> own = publishersOf(loops.loop(i));
            if (perSecond > 0) {
                int pauseMs = publishers.size() > MANY ? TICK_MANY_MS : TICK_MS;
                tick(loops.loop(i), pauseMs, () -> own.forEach(Publisher::pump));
            }
            if (bounded) {
                tick(loops.loop(i), 1000, () -> own.forEach(Publisher::second));
            }
        }
    }

    /** Uses one timer per event loop for all its publishers. */
    private void tick(EventLoop loop, int pauseMs, Runnable action) {
        ticks.add(loop.scheduleAtFixedRate(action, pauseMs, pauseMs, TimeUnit.MILLISECONDS));
    }

    private List<Publisher> publishersOf(EventLoop loop) {
        List<Publisher> own = new ArrayList<>();
        for (int i = 0; i < publishers.size(); i++) {
            if (loopOf(i) == loop) {
                own.add(publishers.get(i));
            }
        }
        return own;
    }

    private EventLoop loopOf(int publisher) {
        return clients.get(publisher).loop();
    }

    /** Stops the publishers and waits until none publishes any more. */
    void end() throws InterruptedException {
        ticks.forEach(tick -> tick.cancel(false));
        for (int i = 0; i < publishers.size(); i++) {
            loopOf(i).execute(publishers.get(i)::end);
        }
        for (int i = 0; i < loops.count(); i++) {
            loops.loop(i).submit(() -> {}).sync(); // runs after the stops above
        }
    }
}
