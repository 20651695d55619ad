package io.wkmq.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The clients of a run, spread over the event loops. Confined to the thread of the run; the tally is taken once the loops have ended. */
final class Clients {
    private final Options options;
    private final Loops loops;
    private final int run;
    private final StreamSources sources;
    private final ClientFactory factory;
    private final List<Client> subscriberClients = new ArrayList<>();
    private final List<Client> others = new ArrayList<>();
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final Publishing publishing;

    /**
     * Creates clients that are not connected yet.
     *
     * @param run the number that marks their messages, see {@link Stamp#run}
     * @param publisherTerms the session terms of clients that do not subscribe
     */
    Clients(Options options, Loops loops, int run, SessionTerms publisherTerms) throws LoadException {
        this.options = options;
        this.loops = loops;
        this.run = run;
        this.factory = new ClientFactory(loops, run);
        this.sources = new StreamSources(options.crew(), run);
        Crew crew = options.crew();
        Dialer subscribing = new Dialer(options.target(), subscriberTerms(), loops);
        Dialer dialer = new Dialer(options.target(), publisherTerms, loops);
        for (int i = 0; i < crew.subscribers(); i++) {
            subscriberClients.add(factory.client("sub", i, subscriber(i), subscribing));
        }
        byte[] filling = new byte[options.traffic().payloadBytes() - Stamp.BYTES];
        for (int i = 0; i < crew.publishers(); i++) {
            others.add(factory.client("pub", i, publisher(i, filling), dialer));
        }
        for (int i = 0; i < crew.idle(); i++) {
            others.add(factory.client("conn", i, new Idle(), dialer));
        }
        this.publishing = new Publishing(loops, publishers, others);
    }

    private SessionTerms subscriberTerms() {
        Crew crew = options.crew();
        int aliases = options.decorations().alias() ? Decorations.ALIASES_MAX : 0;
        return new SessionTerms(crew.persistent(), aliases, crew.staySeconds());
    }

    private Subscriber subscriber(int index) {
        Traffic traffic = options.traffic();
        Crew crew = options.crew();
        boolean paired = crew.pattern() == Pattern.PAIR;
        String publisher = factory.id(crew.command() == Command.SUB ? "sub" : "pub", index);
        String filter = paired || crew.command() == Command.SUB ? traffic.topic(index, publisher) : traffic.filter();
        if (crew.pattern() == Pattern.SHARE) {
            filter = "$share/wkbench/" + filter;
        }
        Subscriber subscriber = new Subscriber(
                filter, traffic.subscriptionQos(), options.target().mqtt5(), options.decorations(), sources.of(index));
        subscribers.add(subscriber);
        return subscriber;
    }

    private Publisher publisher(int index, byte[] filling) {
        Traffic traffic = options.traffic();
        PublishForm form = new PublishForm(options.target().mqtt5(), traffic.qos(), options.decorations());
        PublishTemplate template = new PublishTemplate(form, topic(index), Stamp.stream(run, index), filling);
        Crew crew = options.crew();
        int count = crew.publishers();
        long share = traffic.messages() / count + (index < traffic.messages() % count ? 1 : 0);
        EndToEnd onTheWay = null;
        if (traffic.onTheWayMax() > 0) {
            onTheWay = new EndToEnd(traffic.onTheWayMax(), crew.pattern().copies(crew.subscribers()));
            sources.bound(onTheWay);
        }
        Publisher publisher = new Publisher(
                template, form, traffic.inflightMax(), traffic.messages() == 0 ? Long.MAX_VALUE : share, onTheWay);
        publishers.add(publisher);
        return publisher;
    }

    /** Returns the topic of a publisher. */
    String topic(int publisher) {
        return options.traffic().topic(publisher, factory.id("pub", publisher));
    }

    List<Client> all() {
        List<Client> all = new ArrayList<>(subscriberClients);
        all.addAll(others);
        return all;
    }

    List<Client> subscribers() {
        return subscriberClients;
    }

    /** Returns successors of the subscribers, to reconnect after they have left. */
    List<Client> subscribersAgain() throws LoadException {
        Dialer dialer = new Dialer(options.target(), subscriberTerms(), loops);
        return subscriberClients.stream()
                .map(client -> client.successor(dialer, client.role(), client.stats()))
                .toList();
    }

    /** Returns the clients that do not subscribe. */
    List<Client> others() {
        return others;
    }

    /** Starts the publishers, staggered over the interval of their rate. */
    void begin() {
        publishing.begin(options.traffic().rate(), options.traffic().onTheWayMax() > 0);
    }

    /** Stops the publishers and waits until none publishes any more. */
    void end() throws InterruptedException {
        publishing.end();
    }

    /** Disconnects all clients. */
    void close() {
        all().forEach(Client::close);
    }

    /** Returns the lowest QoS at which messages arrived. */
    int lowestQos() {
        return subscribers.stream().mapToInt(Subscriber::lowestQos).min().orElse(2);
    }

    /** Returns how evenly a share group was served, or null if there is none. */
    @Nullable
    Spread spread() {
        return options.crew().pattern() == Pattern.SHARE && !subscribers.isEmpty()
                ? Spread.of(subscribers.stream().mapToLong(Subscriber::distinct).toArray())
                : null;
    }

    /** Compares what was accepted with what arrived. */
    Tally tally() {
        Tally tally = Tally.NONE;
        for (Subscriber subscriber : subscribers) {
            tally = tally.plus(new Tally(0, 0, 0, subscriber.altered()));
            for (StreamCheck check : subscriber.checks().values()) {
                long missing = check instanceof FullStream full ? full.missing() : 0;
                boolean alone = options.crew().command() == Command.SUB;
                tally = tally.plus(new Tally(alone ? missing : 0, check.duplicates(), check.disorders(), 0));
            }
        }
        for (int i = 0; i < publishers.size() && !subscribers.isEmpty(); i++) {
            tally = tally.plus(new Tally(lost(i), 0, 0, 0));
        }
        return tally;
    }

    /** Returns how many of a publisher's messages are missing, summed over the subscribers that should have received them. */
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

    /**
     * Counts rather than identifies losses: a message may have arrived without having been accepted, which makes up for a lost one here.
     */
    private static long lost(Publisher publisher, long arrived) {
        return Math.max(0, publisher.accepted() - arrived);
    }
}
