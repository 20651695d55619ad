package io.wkmq.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Publishes to channels over all given nodes, checks the sequence numbers in the acknowledgements, and replays the channels. For a single
 * run by one thread, which it blocks.
 */
final class ChannelRun {
    private static final long POLL_MS = 20;
    private static final long SECOND_NS = 1_000_000_000;
    private static final int STEP_MAX_SECONDS = 3600;

    private final Options options;
    private final ChannelWork work;
    private final int run;
    private final Progress progress;
    private final Loops loops;
    private final Connector connector;
    private final Patience patience;
    private final ClientFactory factory;
    private final List<Dialer> dialers = new ArrayList<>();
    private final List<Places> places = new ArrayList<>();
    private final List<PlaceCheck> checks = new ArrayList<>();
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<ChannelReplay> replays = new ArrayList<>();

    ChannelRun(Options options, int run, Progress progress, Loops loops) throws LoadException {
        this.options = options;
        this.work = options.extras().channels();
        this.run = run;
        this.progress = progress;
        this.loops = loops;
        this.connector = new Connector(progress);
        this.patience = new Patience(loops::totals, progress, options.extras().patienceSeconds(), STEP_MAX_SECONDS);
        this.factory = new ClientFactory(loops, run);
        for (Target target : work.targets()) {
            dialers.add(new Dialer(target, SessionTerms.CLEAN, loops));
        }
        work.names().forEach(name -> places.add(new Places()));
        byte[] filling = new byte[options.traffic().payloadBytes() - Stamp.BYTES];
        for (int i = 0; i < options.crew().publishers(); i++) {
            Publisher publisher = publisher(i, filling);
            publishers.add(publisher);
            clients.add(factory.client("pub", i, publisher, dialers.get(i % dialers.size())));
        }
    }

    private Publisher publisher(int index, byte[] filling) {
        Traffic traffic = options.traffic();
        int channel = index % work.names().size();
        String name = work.names().get(channel);
        PlaceCheck check = new PlaceCheck(name, places.get(channel));
        checks.add(check);
        PublishForm form = new PublishForm(true, traffic.qos(), Decorations.NONE);
        PublishTemplate template = new PublishTemplate(form, name + "/" + index, Stamp.stream(run, index), filling);
        return new Publisher(template, form, traffic.inflightMax(), share(index), null, check);
    }

    private long share(int index) {
        long messages = options.traffic().messages();
        int count = options.crew().publishers();
        return messages == 0 ? Long.MAX_VALUE : messages / count + (index < messages % count ? 1 : 0);
    }

    /** Performs the run and closes the event loops. */
    Outcome run() throws LoadException, InterruptedException {
        double seconds;
        Totals measured;
        Totals published;
        try (loops) {
            connector.connect(clients);
            Publishing publishing = new Publishing(loops, publishers, clients);
            int warmup = options.traffic().warmupSeconds();
            if (warmup > 0) {
                publishing.begin(options.traffic().rate(), false);
                pass(NanoTime.now() + warmup * SECOND_NS);
            }
            Totals before = loops.totals();
            long from = NanoTime.now();
            loops.measureFrom(from);
            if (warmup == 0) { // measures everything
                publishing.begin(options.traffic().rate(), false);
            }
            int limit = options.traffic().seconds();
            pass(limit == 0 ? Long.MAX_VALUE : from + limit * SECOND_NS);
            measured = loops.totals().minus(before);
            seconds = (double) (NanoTime.now() - from) / SECOND_NS;
            publishing.end();
            patience.await(now -> now.confirmed() + now.refused() >= now.published());
            loops.measureFrom(Long.MAX_VALUE); // a replay is not timed message by message
            published = loops.totals();
            connector.leave(clients);
            if (work.replay()) {
                replay();
            }
        }
        Findings findings = new Findings(Command.CHANNEL)
                .count("publishers", "publishers", publishers.size())
                .count("nodes", "nodes", work.targets().size())
                .count("channels", "channels", work.names().size())
                .rate("acknowledged", "acknowledged", measured.confirmed(), seconds)
                .times("confirmation", "confirmation", loops.times().confirmation())
                .count("placed", "placed", sum(places, Places::count))
                .wrong(
                        "unconfirmed",
                        "unconfirmed",
                        published.published() - published.confirmed() - published.refused())
                .wrong("refused", "refused", published.refused())
                .wrong("unplaced", "unplaced", sum(checks, PlaceCheck::unplaced))
                .wrong("gaps", "gaps", sum(places, Places::gaps))
                .wrong("duplicates", "duplicates", sum(places, Places::duplicates))
                .wrong("out_of_order", "out of order", sum(checks, PlaceCheck::disorders))
                .wrong("connections_lost", "lost connections", loops.totals().connectionsLost());
        return work.replay() ? findings.part("replay", "replay", replayed(published.confirmed())) : findings;
    }

    /** Waits until that time, or until all messages are acknowledged. */
    private void pass(long untilNs) throws InterruptedException {
        long max = options.traffic().messages();
        while (NanoTime.now() < untilNs) {
            Totals now = loops.totals();
            if (max > 0 && now.confirmed() + now.refused() >= max) {
                return;
            }
            progress.second(now);
            Thread.sleep(POLL_MS);
        }
    }

    /** Replays one channel after the other, taking turns between the nodes. */
    private void replay() throws LoadException, InterruptedException {
        for (int i = 0; i < work.names().size(); i++) {
            ChannelReplay replay = new ChannelReplay(work.names().get(i), run, publishers.size());
            Client reader = factory.client("sub", i, replay, dialers.get(i % dialers.size()));
            long wanted = places.get(i).last();
            replays.add(replay);
            connector.connect(List.of(reader));
            patience.await(now -> replay.last() >= wanted);
            connector.leave(List.of(reader));
        }
    }

    private Findings replayed(long confirmed) {
        double seconds = replays.stream().mapToDouble(ChannelReplay::seconds).sum();
        return new Findings(Command.CHANNEL)
                .rate("replayed", "replayed", sum(replays, ChannelReplay::count), seconds)
                .count("own", "of this run", sum(replays, ChannelReplay::own))
                .wrong("lost", "lost", Math.max(0, confirmed - sum(replays, ChannelReplay::own)))
                .wrong("missing", "missing", sum(replays, ChannelReplay::missing))
                .wrong("out_of_order", "out of order", sum(replays, ChannelReplay::disorders));
    }

    private static <T> long sum(List<T> of, ToLongFunction<T> each) {
        return of.stream().mapToLong(each).sum();
    }
}
