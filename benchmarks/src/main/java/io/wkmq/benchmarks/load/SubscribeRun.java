package io.wkmq.benchmarks.load;

import java.util.ArrayList;
import java.util.List;

/**
 * Subscribes many sessions to many filters, then tries some of the filters with a message each, one after the other. For a single run by
 * one thread, which it blocks.
 */
final class SubscribeRun {
    private static final int STEP_MAX_SECONDS = 3600;

    private final Options options;
    private final Loops loops;
    private final Connector connector;
    private final Patience patience;
    private final FilterSet filters;
    private final List<FilterHolder> holders = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final Publisher publisher;
    private final Client sampler;

    SubscribeRun(Options options, int run, Progress progress, Loops loops) throws LoadException {
        this.options = options;
        this.loops = loops;
        this.connector = new Connector(progress);
        this.patience = new Patience(loops::totals, progress, options.extras().patienceSeconds(), STEP_MAX_SECONDS);
        long count = options.traffic().messages();
        int sessions = options.crew().subscribers();
        this.filters = new FilterSet(
                run, count, sessions, Math.min(count, options.extras().samples()));
        Dialer dialer = new Dialer(options.target(), SessionTerms.CLEAN, loops);
        ClientFactory factory = new ClientFactory(loops, run);
        Receipts receipts = new Receipts();
        for (int i = 0; i < sessions; i++) {
            FilterHolder holder = new FilterHolder(filters, i, options, receipts);
            holders.add(holder);
            clients.add(factory.client("sub", i, holder, dialer));
        }
        this.publisher = publisher(run);
        this.sampler = factory.client("pub", 0, publisher, dialer);
    }

    private Publisher publisher(int run) {
        PublishForm form = new PublishForm(options.target().mqtt5(), 1, Decorations.NONE);
        byte[] filling = new byte[options.traffic().payloadBytes() - Stamp.BYTES];
        TopicSeries series = new TopicSeries(
                form, message -> filters.topic(filters.sampled(message)), Stamp.stream(run, 0), filling);
        return new Publisher(series, form, 1, filters.samples(), null);
    }

    /** Performs the run and closes the event loops. */
    Outcome run() throws LoadException, InterruptedException {
        double seconds;
        try (loops) {
            connector.connect(clients);
            connector.connect(List.of(sampler));
            long startNs = NanoTime.now();
            for (int i = 0; i < clients.size(); i++) {
                clients.get(i).loop().execute(holders.get(i)::begin);
            }
            long endNs = patience.await(now -> now.subscribed() + now.subscriptionsRefused() >= filters.count());
            seconds = (endNs - startNs) / 1e9;
            loops.measureFrom(endNs);
            sampler.loop().execute(() -> publisher.begin(new Pace(0, 0, endNs)));
            patience.await(now ->
                    now.confirmed() + now.refused() >= filters.samples() && now.delivered() >= filters.samples());
            sampler.close();
            clients.forEach(Client::close);
        }
        return findings(seconds);
    }

    private Findings findings(double seconds) {
        Totals totals = loops.totals();
        long distinct = holders.stream().mapToLong(FilterHolder::distinct).sum();
        return new Findings(Command.SUBS)
                .count("sessions", "sessions", holders.size())
                .count("filters", "filters", filters.count())
                .rate("subscribed", "subscribed", totals.subscribed(), seconds)
                .times("subscribing", "subscribing", loops.times().subscribing())
                .wrong("subscriptions_refused", "refused", totals.subscriptionsRefused())
                .wrong(
                        "subscriptions_unanswered",
                        "unanswered",
                        filters.count() - totals.subscribed() - totals.subscriptionsRefused())
                .count("samples", "samples", filters.samples())
                .times("delivery", "delivery", loops.times().delivery())
                .wrong("unconfirmed", "unconfirmed", filters.samples() - totals.confirmed())
                .wrong("lost", "lost", filters.samples() - distinct)
                .wrong(
                        "duplicates",
                        "duplicates",
                        holders.stream().mapToLong(FilterHolder::duplicates).sum())
                .wrong(
                        "astray",
                        "astray",
                        holders.stream().mapToLong(FilterHolder::astray).sum())
                .count("foreign", "foreign", totals.foreign())
                .wrong("connections_lost", "lost connections", totals.connectionsLost());
    }
}
