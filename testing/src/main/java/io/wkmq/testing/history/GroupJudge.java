package io.wkmq.testing.history;

import io.wkmq.testing.history.Event.Acknowledged;
import io.wkmq.testing.history.Event.Ended;
import io.wkmq.testing.history.Event.Published;
import io.wkmq.testing.history.Event.Received;
import io.wkmq.testing.history.Event.Subscribed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges the history of a share group whose members stay from beginning to end: each acknowledged message reaches exactly one member. When
 * a {@link Cut} begins while a message is in flight to a member, either the message is redirected to another member, so that with QoS 1 two
 * members may receive it, or it is not, so that with QoS 2 none may. For one history; not thread-safe.
 */
final class GroupJudge {
    private record Message(String publisher, long number) {
        @Override
        public String toString() {
            return publisher + ' ' + number;
        }
    }

    private final List<Cut> cuts;
    private final Set<String> exact;
    private final Map<Message, Published> published = new LinkedHashMap<>();
    private final Map<Message, Acknowledged> acknowledged = new HashMap<>();
    private final Map<Message, List<String>> takers = new LinkedHashMap<>();
    private final Map<String, String> homes = new HashMap<>();
    private final List<String> ended = new ArrayList<>();
    private long excused;

    private GroupJudge(List<Cut> cuts, Set<String> exact) {
        this.cuts = cuts;
        this.exact = exact;
    }

    /**
     * Judges a history.
     *
     * @param cuts the periods during which two nodes were cut off from each other, up to when both had noticed
     * @param exact the publishers with QoS 2; the others have QoS 1
     */
    static GroupVerdict judge(List<Event> events, List<Cut> cuts, Set<String> exact) {
        GroupJudge judge = new GroupJudge(cuts, exact);
        events.forEach(judge::take);
        return new GroupVerdict(
                judge.lost(), judge.doubled(), judge.invented(), judge.ended, judge.acknowledged.size(), judge.excused);
    }

    private void take(Event event) {
        if (event instanceof Published sent) {
            published.put(new Message(sent.publisher(), sent.number()), sent);
        } else if (event instanceof Acknowledged ack) {
            acknowledged.put(new Message(ack.publisher(), ack.number()), ack);
        } else if (event instanceof Subscribed subscribed) {
            homes.put(subscribed.subscriber(), subscribed.node());
        } else if (event instanceof Received received) {
            takers.computeIfAbsent(new Message(received.publisher(), received.number()), m -> new ArrayList<>())
                    .add(received.subscriber());
        } else if (event instanceof Ended end) {
            ended.add(end.client() + ": " + end.reason());
        }
    }

    private List<String> lost() {
        List<String> lost = new ArrayList<>();
        for (Message message : published.keySet()) {
            if (!acknowledged.containsKey(message) || takers.containsKey(message)) {
                continue;
            }
            if (exact.contains(message.publisher()) && wasOnItsWay(message, homes.values())) {
                excused++;
            } else {
                lost.add("nobody got " + message);
            }
        }
        return lost;
    }

    private List<String> doubled() {
        List<String> doubled = new ArrayList<>();
        takers.forEach((message, members) -> {
            if (members.size() == 1 || !published.containsKey(message)) {
                return;
            }
            List<String> places = members.stream()
                    .map(member -> homes.getOrDefault(member, ""))
                    .toList();
            if (!exact.contains(message.publisher()) && wasOnItsWay(message, places)) {
                excused++;
            } else {
                doubled.add(message + " went to " + members);
            }
        });
        return doubled;
    }

    private List<String> invented() {
        List<String> invented = new ArrayList<>();
        takers.forEach((message, members) -> {
            if (!published.containsKey(message)) {
                invented.add(members + " got " + message + ", which nobody published");
            }
        });
        return invented;
    }

    /** Returns whether the message was still unacknowledged while a cut lay between its publisher and one of those nodes. */
    private boolean wasOnItsWay(Message message, Collection<String> nodes) {
        Published sent = published.get(message);
        Acknowledged ack = acknowledged.get(message);
        return sent != null && ack != null && nodes.stream().anyMatch(node -> cutOff(sent, ack, node));
    }

    private boolean cutOff(Published sent, Acknowledged ack, String node) {
        return cuts.stream().anyMatch(cut -> cut.excuses(sent.node(), node, sent.nanos(), ack.nanos()));
    }
}
