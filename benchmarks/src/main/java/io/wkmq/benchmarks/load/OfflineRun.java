package io.wkmq.benchmarks.load;

import java.util.List;

/**
 * Lets persistent sessions subscribe and disconnect, queues messages for them, and lets them return. For a single run by one thread, which
 * it blocks.
 */
final class OfflineRun {
    private static final int STEP_MAX_SECONDS = 3600;

    private final Options options;
    private final Loops loops;
    private final Clients clients;
    private final Connector connector;
    private final Patience patience;
    private final Cleaning cleaning;

    OfflineRun(Options options, int run, Progress progress, Loops loops) throws LoadException {
        this.options = options;
        this.loops = loops;
        this.clients = new Clients(options, loops, run, SessionTerms.CLEAN);
        this.connector = new Connector(progress);
        this.patience = new Patience(loops::totals, progress, options.extras().patienceSeconds(), STEP_MAX_SECONDS);
        this.cleaning = new Cleaning(options, loops, run, connector, progress);
    }

    /** Performs the run and closes the event loops. */
    Outcome run() throws LoadException, InterruptedException {
        long messages = options.traffic().messages();
        double queueSeconds;
        double drainSeconds;
        Totals queued;
        try (loops) {
            connector.connect(clients.subscribers());
            connector.leave(clients.subscribers());
            connector.connect(clients.others());
            long startNs = NanoTime.now();
            loops.measureFrom(startNs);
            clients.begin();
            queueSeconds = (patience.await(now -> now.confirmed() + now.refused() >= messages) - startNs) / 1e9;
            clients.end();
            loops.measureFrom(Long.MAX_VALUE); // how long a message was queued is of no interest
            queued = loops.totals();
            connector.leave(clients.others());

            List<Client> back = clients.subscribersAgain();
            long backNs = NanoTime.now();
            connector.connect(back);
            drainSeconds = (patience.await(now -> now.delivered() >= messages) - backNs) / 1e9;
            connector.leave(back);
            cleaning.endSessions(back);
        }
        Tally tally = clients.tally();
        return new Findings(Command.OFFLINE)
                .count("sessions", "sessions", options.crew().subscribers())
                .rate("queued", "queued", queued.confirmed(), queueSeconds)
                .times("confirmation", "confirmation", loops.times().confirmation())
                .rate("drained", "drained", loops.totals().delivered(), drainSeconds)
                .wrong("unconfirmed", "unconfirmed", messages - queued.confirmed())
                .wrong("lost", "lost", tally.lost())
                .wrong("duplicates", "duplicates", tally.duplicates())
                .wrong("out_of_order", "out of order", tally.disorders())
                .count("foreign", "foreign", loops.totals().foreign())
                .wrong("connections_lost", "lost connections", loops.totals().connectionsLost());
    }
}
