package io.wkmq.benchmarks.load;

import java.util.ArrayList;
import java.util.List;

/**
 * Stores many retained messages, reads all of them with one subscription, and removes them. For a single run by one thread, which it
 * blocks.
 */
final class RetainRun {
    private static final int STEP_MAX_SECONDS = 3600;

    private final Options options;
    private final Loops loops;
    private final Connector connector;
    private final Patience patience;
    private final Cleaning cleaning;
    private final RetainedTopics topics;
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final RetainedReader reader;
    private final Client readerClient;

    RetainRun(Options options, int run, Progress progress, Loops loops) throws LoadException {
        this.options = options;
        this.loops = loops;
        this.connector = new Connector(progress);
        this.patience = new Patience(loops::totals, progress, options.extras().patienceSeconds(), STEP_MAX_SECONDS);
        this.cleaning = new Cleaning(options, loops, run, connector, progress);
        Traffic traffic = options.traffic();
        this.topics = new RetainedTopics(run, options.crew().publishers(), traffic.messages());
        PublishForm form = new PublishForm(options.target().mqtt5(), traffic.qos(), options.decorations());
        Dialer dialer = new Dialer(options.target(), SessionTerms.CLEAN, loops);
        ClientFactory factory = new ClientFactory(loops, run);
        byte[] filling = new byte[traffic.payloadBytes() - Stamp.BYTES];
        for (int i = 0; i < topics.publishers(); i++) {
            int number = i;
            TopicSeries series =
                    new TopicSeries(form, message -> topics.topic(number, message), Stamp.stream(run, i), filling);
            Publisher publisher = new Publisher(series, form, traffic.inflightMax(), topics.share(i), null);
            publishers.add(publisher);
            clients.add(factory.client("pub", i, publisher, dialer));
        }
        this.reader = new RetainedReader(topics, options);
        this.readerClient = factory.client("sub", 0, reader, dialer);
    }

    /** Performs the run and closes the event loops. */
    Outcome run() throws LoadException, InterruptedException {
        double storeSeconds;
        double removeSeconds = 0;
        long removed = 0;
        Totals stored;
        boolean keep = options.extras().keep();
        try (loops) {
            connector.connect(clients);
            long startNs = NanoTime.now();
            loops.measureFrom(startNs);
            for (int i = 0; i < clients.size(); i++) {
                Publisher publisher = publishers.get(i);
                clients.get(i).loop().execute(() -> publisher.begin(new Pace(0, 0, startNs)));
            }
            storeSeconds = (patience.await(this::stored) - startNs) / 1e9;
            loops.measureFrom(Long.MAX_VALUE); // the age of a retained message is of no interest
            stored = loops.totals();
            connector.leave(clients);
            connector.connect(List.of(readerClient));
            patience.await(now -> now.delivered() >= topics.count());
            connector.leave(List.of(readerClient));
            if (!keep) {
                long removalNs = NanoTime.now();
                removed = cleaning.removeRetained(topics.count(), topics::topic);
                removeSeconds = (NanoTime.now() - removalNs) / 1e9;
            }
        }
        Findings findings = new Findings(Command.RETAIN)
                .count("publishers", "publishers", topics.publishers())
                .rate("stored", "stored", stored.confirmed(), storeSeconds)
                .times("confirmation", "confirmation", loops.times().confirmation())
                .rate("received", "received", reader.distinct(), reader.seconds())
                .time("first_after", "first after", reader.firstNs())
                .wrong("unconfirmed", "unconfirmed", topics.count() - stored.confirmed())
                .wrong("lost", "lost", topics.count() - reader.distinct())
                .wrong("duplicates", "duplicates", reader.duplicates())
                .wrong("altered", "altered", reader.altered())
                .wrong("connections_lost", "lost connections", loops.totals().connectionsLost());
        return keep
                ? findings
                : findings.rate("removed", "removed", removed, removeSeconds).require(removed == topics.count());
    }

    private boolean stored(Totals now) {
        return now.confirmed() + now.refused() >= topics.count();
    }
}
