package io.wkmq.benchmarks.load;

import java.util.List;
import java.util.function.LongFunction;

/** Removes what a run leaves behind in the broker. Confined to the thread of the run. */
final class Cleaning {
    private static final int WINDOW = 100;
    private static final int CLEAN_MAX_SECONDS = 3600;

    private final Options options;
    private final Loops loops;
    private final int run;
    private final Connector connector;
    private final Progress progress;
    /** Statistics of the removal, separate from those of the run. */
    private final LoopStats stats = new LoopStats();

    Cleaning(Options options, Loops loops, int run, Connector connector, Progress progress) {
        this.options = options;
        this.loops = loops;
        this.run = run;
        this.connector = connector;
        this.progress = progress;
    }

    /** Ends the sessions of clients that have disconnected: each reconnects once with a clean session, the only way in MQTT 3.1.1. */
    void endSessions(List<Client> clients) throws LoadException, InterruptedException {
        Dialer clean = new Dialer(options.target(), SessionTerms.CLEAN, loops);
        List<Client> successors = clients.stream()
                .map(client -> client.successor(clean, new Idle(), new LoopStats()))
                .toList();
        connector.connect(successors);
        connector.leave(successors);
    }

    /**
     * Removes retained messages by publishing empty ones, at QoS 1 [MQTT-3.3.1-6]. Returns how many the broker has acknowledged.
     *
     * @param topics maps a message's number to its topic
     */
    long removeRetained(long count, LongFunction<String> topics) throws LoadException, InterruptedException {
        PublishForm form = new PublishForm(options.target().mqtt5(), 1, new Decorations(true, false, 0, false));
        Publisher publisher = new Publisher(new TopicSeries(form, topics, 0, null), form, WINDOW, count, null);
        Dialer dialer = new Dialer(options.target(), SessionTerms.CLEAN, loops);
        String id = new ClientFactory(loops, run).id("clean", 0);
        Client client = new Client(id, 0, publisher, dialer, loops.loop(0), stats);
        connector.connect(List.of(client));
        client.loop().execute(() -> publisher.begin(new Pace(0, 0, NanoTime.now())));
        new Patience(stats::totals, progress, options.extras().patienceSeconds(), CLEAN_MAX_SECONDS)
                .await(now -> now.confirmed() + now.refused() >= count);
        client.close();
        return stats.totals().confirmed();
    }
}
