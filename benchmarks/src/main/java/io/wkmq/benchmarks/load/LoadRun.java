package io.wkmq.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A run from the first connection to the result: connect, warm up, measure, wait for messages in flight, disconnect, compare. For a single
 * run by one thread, which it blocks.
 */
final class LoadRun {
    private static final long POLL_MS = 20;
    private static final long SECOND_NS = 1_000_000_000;
    private static final int DRAIN_MAX_SECONDS = 60;

    private final Options options;
    private final int run;
    private final Progress progress;
    private final Loops loops;
    private final Clients clients;
    private final Connector connector;

    LoadRun(Options options, int run, Progress progress, Loops loops) throws LoadException {
        this.options = options;
        this.run = run;
        this.progress = progress;
        this.loops = loops;
        this.connector = new Connector(progress);
        this.clients =
                new Clients(options, loops, run, new SessionTerms(options.crew().persistent(), 0, 0));
    }

    /** Performs the run and closes the event loops. */
    Result run() throws LoadException, InterruptedException {
        double connectSeconds;
        long from;
        long to;
        Totals before;
        Totals after;
        try (loops) {
            connectSeconds = connector.connect(clients.all());
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
            if (options.crew().command().publishes()) {
                new Patience(loops::totals, progress, options.extras().patienceSeconds(), DRAIN_MAX_SECONDS)
                        .await(this::drained);
            }
            leave();
        }
        boolean alone = options.crew().command() == Command.SUB;
        return new Result(
                options,
                connectSeconds,
                (double) (to - from) / SECOND_NS,
                loops.totals(),
                after.minus(before),
                clients.tally(),
                clients.spread(),
                alone ? clients.lowestQos() : options.traffic().deliveredQos(),
                loops.times());
    }

    /** Waits until that time, or until all messages are sent, or have arrived if the run only subscribes. */
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

    private boolean drained(Totals now) {
        Crew crew = options.crew();
        long answered = now.confirmed() + now.refused();
        boolean confirmed = options.traffic().qos() == 0 || answered >= now.published();
        long copies = now.published() * crew.pattern().copies(crew.subscribers());
        return confirmed && (!crew.command().subscribes() || now.delivered() >= copies);
    }

    /** Disconnects all clients, after removing what would remain in the broker. */
    private void leave() throws LoadException, InterruptedException {
        Cleaning cleaning = new Cleaning(options, loops, run, connector, progress);
        if (options.crew().persistent() && !options.target().mqtt5()) {
            connector.leave(clients.all());
            cleaning.endSessions(clients.all());
        }
        if (options.decorations().retain() && !options.extras().keep()) {
            connector.leave(clients.subscribers());
            List<String> topics =
                    new ArrayList<>(IntStream.range(0, options.crew().publishers())
                            .mapToObj(clients::topic)
                            .distinct()
                            .toList());
            cleaning.removeRetained(topics.size(), number -> topics.get((int) number));
        }
        clients.close();
    }
}
