package io.wkmq.benchmarks.load;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a run, spread over the loops. Belongs to the thread that runs it; the tally is taken after the loops have
 * ended.
 */
final class Clients {
    private static final int TICK_MS = 1;
    private static final int TICK_MANY_MS = 10;
    private static final int MANY = 1000;

    private final Options options;
    private final Loops loops;
    private final Dialer dialer;
    private final int run;
    private final StreamSources sources;
    private final List<Client> all = new ArrayList<>();
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final List<Future<?>> ticks = new ArrayList<>();

    /**
     * Clients that are not connected yet.
     *
     * @param run marks their messages, see {@link Stamp#run}
     */
    Clients(Options options, Loops loops, Dialer dialer, int run) {
        this.options = options;
        this.loops = loops;
        this.dialer = dialer;
        this.run = run;
        this.sources = new StreamSources(options.crew(), run);
        Crew crew = options.crew();
        for (int i = 0; i < crew.subscribers(); i++) {
            add(id("sub", i), subscriber(i));
        }
        byte[] filling = new byte[options.traffic().payloadBytes() - Stamp.BYTES];
        for (int i = 0; i < crew.publishers(); i++) {
            add(id("pub", i), publisher(i, filling));
        }
        for (int i = 0; i < crew.idle(); i++) {
            add(id("conn", i), new Idle());
        }
    }

    private void add(String id, Role role) {
        int index = all.size();
        int loop = index % loops.count();
        all.add(new Client(id, index, role, dialer, loops.loop(loop), loops.stats(loop)));
    }

    private String id(String kind, int index) {
        return "wkbench-" + Integer.toHexString(run & 0xFFFF) + "-" + kind + "-" + index;
    }

    private Subscriber subscriber(int index) {
        Traffic traffic = options.traffic();
        Crew crew = options.crew();
        boolean paired = crew.pattern() == Pattern.PAIR;
        String publisher = id(crew.command() == Command.SUB ? "sub" : "pub", index);
        String filter = paired || crew.command() == Command.SUB ? traffic.topic(index, publisher) : traffic.filter();
        if (crew.pattern() == Pattern.SHARE) {
            filter = "$share/wkbench/" + filter;
        }
        Subscriber subscriber = new Subscriber(
                filter, traffic.subscriptionQos(), options.target().mqtt5(), sources.of(index));
        subscribers.add(subscriber);
        return subscriber;
    }

    private Publisher publisher(int index, byte[] filling) {
        Traffic traffic = options.traffic();
        PublishTemplate template = new PublishTemplate(
                options.target().mqtt5(),
                traffic.qos(),
                traffic.topic(index, id("pub", index)),
                Stamp.stream(run, index),
                filling);
        int count = options.crew().publishers();
        long share = traffic.messages() / count + (index < traffic.messages() % count ? 1 : 0);
        Publisher publisher = new Publisher(
                template, traffic.qos(), traffic.inflightMax(), traffic.messages() == 0 ? Long.MAX_VALUE : share);
        publishers.add(publisher);
        return publisher;
    }

    List<Client> all() {
        return all;
    }

    /** Lets the publishers begin, spread over the interval of their rate. */
    void begin() {
        long now = NanoTime.now();
        double perSecond = (double) options.traffic().rate() / Math.max(1, publishers.size());
        for (int i = 0; i < publishers.size(); i++) {
            Publisher publisher = publishers.get(i);
            Pace pace = new Pace(perSecond, (double) i / publishers.size(), now);
            loopOf(i).execute(() -> publisher.begin(pace));
        }
        if (perSecond > 0) {
            tick();
        }
    }

    /** One timer per loop for all of its publishers. */
    private void tick() {
        int pauseMs = publishers.size() > MANY ? TICK_MANY_MS : TICK_MS;
        for (int i = 0; i < loops.count(); i++) {
            List<Publisher> own = new ArrayList<>();
            for (int p = 0; p < publishers.size(); p++) {
                if (loopOf(p) == loops.loop(i)) {
                    own.add(publishers.get(p));
                }
            }
            ticks.add(loops.loop(i)
                    .scheduleAtFixedRate(() -> own.forEach(Publisher::pump), pauseMs, pauseMs, TimeUnit.MILLISECONDS));
        }
    }

    private EventLoop loopOf(int publisher) {
        return all.get(subscribers.size() + publisher).loop();
    }

    /** Lets the publishers end. */
    void end() {
        ticks.forEach(tick -> tick.cancel(false));
        for (int i = 0; i < publishers.size(); i++) {
            loopOf(i).execute(publishers.get(i)::end);
        }
    }

    /** Disconnects all. */
    void close() {
        all.forEach(Client::close);
    }

    /** The lowest QoS at which messages arrived. */
    int lowestQos() {
        return subscribers.stream().mapToInt(Subscriber::lowestQos).min().orElse(2);
    }

    /** Compares what was accepted with what arrived. */
    Tally tally() {
        Tally tally = Tally.NONE;
        for (int i = 0; i < subscribers.size(); i++) {
            for (StreamCheck check : subscribers.get(i).checks().values()) {
                long missing = check instanceof FullStream full ? full.missing() : 0;
                boolean alone = options.crew().command() == Command.SUB;
                tally = tally.plus(new Tally(alone ? missing : 0, check.duplicates(), check.disorders()));
            }
        }
        for (int i = 0; i < publishers.size() && !subscribers.isEmpty(); i++) {
            tally = tally.plus(new Tally(lost(i), 0, 0));
        }
        return tally;
    }

    /** How many of the publisher's messages are missing somewhere. */
    private long lost(int index) {
        Publisher publisher = publishers.get(index);
        return switch (options.crew().pattern()) {
            case PAIR -> lost(publisher, arrived(subscribers.get(index), index));
            case FANOUT, FANIN ->
                subscribers.stream()
                        .mapToLong(subscriber -> lost(publisher, arrived(subscriber, index)))
                        .sum();
            case SHARE ->
                lost(
                        publisher,
                        subscribers.stream()
                                .mapToLong(subscriber -> arrived(subscriber, index))
                                .sum());
        };
    }

    private long arrived(Subscriber subscriber, int publisher) {
        @Nullable StreamCheck check = subscriber.checks().get(Stamp.stream(run, publisher));
        return check == null ? 0 : check.distinct();
    }

    /** A message that was not accepted may have arrived nevertheless, so it is no loss, whichever it is. */
    private static long lost(Publisher publisher, long arrived) {
        return Math.max(0, publisher.accepted() - arrived);
    }
}
