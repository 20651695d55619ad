package io.wkmq.testing.history;

import io.wkmq.testing.history.Event.Acknowledged;
import io.wkmq.testing.history.Event.Answered;
import io.wkmq.testing.history.Event.Ended;
import io.wkmq.testing.history.Event.Published;
import io.wkmq.testing.history.Event.Received;
import io.wkmq.testing.history.Event.SessionLost;
import io.wkmq.testing.history.Event.Subscribed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges a history. An acknowledged message is owed to every subscriber whose subscription was confirmed before the message was sent,
 * unless a {@link Cut} lay between the two nodes at any time from sending to acknowledgement. A subscriber whose session ends with the
 * connection is owed it only if that connection lasted to the end; one whose session was lost is owed only what was sent later. With QoS 0
 * and 2 a message arrives at most once. For one history; not thread-safe.
 *
 * <p>Each session of a roaming client counts as a separate subscriber, which is owed messages only if it is the client's last session. A
 * session lives on the node where its client used it last.
 */
public final class Judge {
    private static final int AT_LEAST_ONCE = 1;

    private record Message(String publisher, long number) {
        @Override
        public String toString() {
            return publisher + ' ' + number;
        }
    }

    private static final class Subscriber {
        private final String client;
        private final int session;
        private final List<Subscribed> subscriptions = new ArrayList<>();
        private final Set<Message> received = new HashSet<>();
        private final Map<String, Long> newest = new HashMap<>();
        private long lastEnd;
        private boolean everEnded;
        private @Nullable Long lastLoss;

        Subscriber(String client, int session) {
            this.client = client;
            this.session = session;
        }

        /** Returns the subscription that entitles it to a message sent at {@code nanos}, or null. */
        @Nullable
        Subscribed subscriptionAt(long nanos) {
            Subscribed current = null;
            for (Subscribed subscription : subscriptions) {
                if (nanos - subscription.nanos() >= 0) {
                    current = subscription;
                }
            }
            boolean gone = current != null && !current.durable() && everEnded && lastEnd - current.nanos() >= 0;
            boolean lost = lastLoss != null && lastLoss - nanos >= 0;
            return gone || lost ? null : current;
        }
    }

    private final List<Cut> cuts;
    private final Map<Message, Published> published = new HashMap<>();
    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private final Map<String, Subscriber> subscribers = new TreeMap<>();
    private final Map<String, Stays> stays = new TreeMap<>();
    private final List<String> lost = new ArrayList<>();
    private final List<String> reordered = new ArrayList<>();
    private final List<String> doubled = new ArrayList<>();
    private final List<String> invented = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private long owed;
    private long duplicates;

    private Judge(List<Cut> cuts) {
        this.cuts = cuts;
    }

    /** Judges a history; the order of recording matters only within the events of one client. */
    public static Verdict judge(List<Event> events, List<Cut> cuts) {
        Judge judge = new Judge(cuts);
        // A subscriber may record a message before the publisher's thread has recorded that it was sent.
        events.forEach(judge::learnOfPublished);
        events.forEach(judge::take);
        judge.subscribers.forEach(judge::findLost);
        long received = judge.subscribers.values().stream()
                .mapToLong(subscriber -> subscriber.received.size())
                .sum();
        return new Verdict(
                judge.lost,
                judge.reordered,
                judge.doubled,
                judge.invented,
                judge.ended,
                judge.stays.values().stream()
                        .flatMap(client -> client.changes(cuts).stream())
                        .toList(),
                judge.stays.entrySet().stream()
                        .filter(client -> cuts.stream().anyMatch(client.getValue()::crossing))
                        .map(Map.Entry::getKey)
                        .toList(),
                judge.acknowledged.size(),
                judge.owed,
                received,
                judge.duplicates);
    }

    private void learnOfPublished(Event event) {
        if (event instanceof Published sent) {
            published.put(new Message(sent.publisher(), sent.number()), sent);
        }
    }

    private void take(Event event) {
        if (event instanceof Acknowledged ack) {
            acknowledged.add(ack);
        } else if (event instanceof Subscribed subscribed) {
            stays(subscribed.subscriber()).take(subscribed);
            subscriber(subscribed.subscriber(), subscribed.session())
                    .subscriptions
                    .add(subscribed);
        } else if (event instanceof Answered answered) {
            stays(answered.client()).take(answered);
        } else if (event instanceof Received received) {
            stays(received.subscriber()).take(received);
            take(received);
        } else if (event instanceof Ended end) {
            Subscriber subscriber = subscriber(end.client(), 0);
            subscriber.lastEnd = end.nanos();
            subscriber.everEnded = true;
            ended.add(end.client() + ": " + end.reason());
        } else if (event instanceof SessionLost session) {
            subscriber(session.client(), 0).lastLoss = session.nanos();
            ended.add(session.client() + ": its session is lost");
        }
    }

    private Stays stays(String client) {
        return stays.computeIfAbsent(client, c -> new Stays());
    }

    private Subscriber subscriber(String client, int session) {
        return subscribers.computeIfAbsent(name(client, session), name -> new Subscriber(client, session));
    }

    private static String name(String client, int session) {
        return session == 0 ? client : client + " in session " + session;
    }

    private void take(Received event) {
        Subscriber subscriber = subscriber(event.subscriber(), event.session());
        String name = name(event.subscriber(), event.session());
        Message message = new Message(event.publisher(), event.number());
        if (!published.containsKey(message)) {
            invented.add(name + " got " + message + ", which nobody published");
        } else if (!subscriber.received.add(message)) {
            duplicates++;
            if (event.qos() != AT_LEAST_ONCE) {
                doubled.add(name + " got " + message + " twice");
            }
        } else {
            Long newest = subscriber.newest.get(event.publisher());
            if (newest != null && newest > event.number()) {
                reordered.add(name + " got " + message + " after " + newest);
            } else {
                subscriber.newest.put(event.publisher(), event.number());
            }
        }
    }

    private void findLost(String name, Subscriber subscriber) {
        if (subscriber.session != stays(subscriber.client).lastSession()) {
            return; // the session has ended, and with it everything queued for it
        }
        Map<String, List<Long>> numbers = new TreeMap<>();
        for (Acknowledged ack : acknowledged) {
            Message message = new Message(ack.publisher(), ack.number());
            Published sent = published.get(message);
            if (sent == null) {
                throw new IllegalStateException(message + " is acknowledged but was not published");
            }
            Subscribed subscription = subscriber.subscriptionAt(sent.nanos());
            if (subscription == null || excused(sent, ack, homes(subscriber, subscription, sent, ack))) {
                continue;
            }
            owed++;
            if (!subscriber.received.contains(message)) {
                String way = name + " on " + subscription.node() + " did not get of " + ack.publisher() + " on "
                        + sent.node() + ": ";
                numbers.computeIfAbsent(way, w -> new ArrayList<>()).add(ack.number());
            }
        }
        numbers.forEach((way, missing) -> lost.add(way + ranges(missing)));
    }

    /** Formats numbers as in {@code 1-5, 7}. */
    private static String ranges(List<Long> numbers) {
        List<String> ranges = new ArrayList<>();
        List<Long> sorted = numbers.stream().sorted().toList();
        int first = 0;
        for (int i = 1; i <= sorted.size(); i++) {
            if (i == sorted.size() || sorted.get(i) != sorted.get(i - 1) + 1) {
                String from = Long.toString(sorted.get(first));
                ranges.add(first == i - 1 ? from : from + '-' + sorted.get(i - 1));
                first = i;
            }
        }
        return String.join(", ", ranges);
    }

    private Set<String> homes(Subscriber subscriber, Subscribed subscription, Published sent, Acknowledged ack) {
        return subscriber.session == 0
                ? Set.of(subscription.node())
                : stays(subscriber.client).homes(subscriber.session, sent.nanos(), ack.nanos());
    }

    private boolean excused(Published sent, Acknowledged ack, Set<String> homes) {
        return homes.stream()
                .anyMatch(home ->
                        cuts.stream().anyMatch(cut -> cut.excuses(sent.node(), home, sent.nanos(), ack.nanos())));
    }
}
