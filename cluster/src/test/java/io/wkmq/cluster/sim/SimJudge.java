package io.wkmq.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Interest;
import io.wkmq.routing.Qos;
import io.wkmq.session.SessionInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Judges what the clients of a {@link SimWorld} received, and the state of its nodes once all is quiet. */
final class SimJudge {
    /** How long it takes at most from the acknowledgement of a message until a client that is connected has it. */
    private static final long ON_THE_WAY_MS = 500;

    /**
     * The same where a session is stored: a message of QoS 2 is held back there, with those behind it, until all nodes have it that
     * are not known to be dead or out of reach.
     */
    private static final long HELD_MS = 4_000;

    /** How long it takes in a calm until all nodes know of a change in a share group. */
    private static final long GROUP_MS = 2_000;

    private final SimWorld world;
    private int due;
    private int dueElsewhere;
    private int dueInFoul;
    private int shared;

    SimJudge(SimWorld world) {
        this.world = world;
    }

    /** The number of required deliveries: in total, between nodes, between nodes in bad times, and to share groups. */
    record Counts(int due, int dueElsewhere, int dueInFoul, int shared) {
        static final Counts NONE = new Counts(0, 0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(
                    due + other.due,
                    dueElsewhere + other.dueElsewhere,
                    dueInFoul + other.dueInFoul,
                    shared + other.shared);
        }
    }

    Counts counts() {
        return new Counts(due, dueElsewhere, dueInFoul, shared);
    }

    /** Judges everything that was published and that came. */
    void judgeMessages() {
        List<Device.Connection> connections = new ArrayList<>();
        world.devices.forEach(device -> connections.addAll(device.connections));
        for (Device.Connection connection : connections) {
            judgeWhatCame(connection);
        }
        for (Post post : world.posts) {
            if (post.topic.text().startsWith("s/")) {
                judgeShared(post, connections);
            } else if (post.acknowledgedAtMs != Post.NEVER) {
                connections.forEach(connection -> judgeDelivery(post, connection));
            }
        }
    }

    /** Nothing is invented, nothing comes twice, and what one connection sent comes in order. */
    private void judgeWhatCame(Device.Connection connection) {
        Set<Integer> seen = new HashSet<>();
        Map<Device.Connection, Integer> last = new HashMap<>();
        for (Device.Got got : connection.got) {
            assertThat(got.number()).as("%s gets a message", connection).isBetween(0, world.posts.size() - 1);
            Post post = world.posts.get(got.number());
            assertThat(wanted(post, connection))
                    .as("%s wants %s", connection, post)
                    .isTrue();
            if (got.retained() || connection.device().stays) {
                continue;
            }
            boolean first = seen.add(got.number());
            boolean mayRepeat = post.attempts > 1 || (post.qos == Qos.AT_LEAST_ONCE && isShared(post));
            assertThat(first || mayRepeat)
                    .as("%s gets %s once", connection, post)
                    .isTrue();
            if (got.qos() != Qos.AT_MOST_ONCE && !isShared(post) && post.attempts == 1) {
                Integer before = last.put(post.by, post.number);
                assertThat(before == null || before < post.number)
                        .as("%s gets %s, and before %s", connection, post, before)
                        .isTrue();
            }
        }
    }

    private static boolean isShared(Post post) {
        return post.topic.text().startsWith("s/");
    }

    private static boolean wanted(Post post, Device.Connection by) {
        for (Device.Connection connection : by.device().stays ? by.device().connections : List.of(by)) {
            for (Device.Subscribed each : connection.subscriptions) {
                if (each.filter.filter().matches(post.topic)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void judgeDelivery(Post post, Device.Connection to) {
        long untilMs = post.acknowledgedAtMs + (to.device().stays ? HELD_MS : ON_THE_WAY_MS);
        if (!to.lasted(untilMs)) {
            return;
        }
        for (Device.Subscribed each : to.subscriptions) {
            if (each.qos != Qos.AT_MOST_ONCE
                    && each.filter.filter().matches(post.topic)
                    && lasts(each, post.sentAtMs, untilMs)
                    && reaches(post, each, to.node)) {
                due++;
                dueElsewhere += to.node == post.by.node ? 0 : 1;
                dueInFoul += to.node == post.by.node || post.calm != null ? 0 : 1;
                assertThat(to.got.stream().anyMatch(got -> got.number() == post.number))
                        .as("%s gets %s", to, post)
                        .isTrue();
                return;
            }
        }
    }

    private static boolean lasts(Device.Subscribed subscribed, long fromMs, long untilMs) {
        return subscribed.answeredAtMs != Post.NEVER
                && subscribed.answeredAtMs < fromMs
                && (subscribed.endedAtMs == Post.NEVER || subscribed.endedAtMs > untilMs);
    }

    /** Whether the publisher's node knew of the subscription, and got everything to where it was to go. */
    private static boolean reaches(Post post, Device.Subscribed subscribed, SimNode node) {
        SimNode from = post.by.node;
        if (from == node) {
            return true;
        }
        boolean told = subscribed.knownBy.contains(from) && !post.forgotten(node, subscribed.askedAtMs);
        boolean calm = post.calm != null && post.calm.covers(post.sentAtMs, post.acknowledgedAtMs);
        return post.undisturbed() && (told || calm);
    }

    /** One member of the group in the whole cluster gets it. */
    private void judgeShared(Post post, List<Device.Connection> connections) {
        int got = 0;
        for (Device.Connection each : connections) {
            got += (int) each.got.stream()
                    .filter(one -> one.number() == post.number && !one.retained())
                    .count();
        }
        if (post.qos != Qos.AT_LEAST_ONCE && post.attempts == 1) {
            assertThat(got).as("members that get %s", post).isLessThanOrEqualTo(1);
        }
        if (post.acknowledgedAtMs != Post.NEVER
                && post.attempts == 1
                && post.calm != null
                && post.calm.covers(post.sentAtMs, post.acknowledgedAtMs + GROUP_MS)
                && steadyMembers(post, connections) > 0) {
            shared++;
            assertThat(got).as("members that get %s in a calm", post).isEqualTo(1);
        }
    }

    /** How many members the group has while the message is on its way; 0 if that changes. */
    private static int steadyMembers(Post post, List<Device.Connection> connections) {
        long fromMs = post.sentAtMs - GROUP_MS;
        long untilMs = post.acknowledgedAtMs + GROUP_MS;
        int members = 0;
        for (Device.Connection connection : connections) {
            for (Device.Subscribed each : connection.subscriptions) {
                if (!each.filter.shared()
                        || each.askedAtMs > untilMs
                        || !connection.lasted(fromMs)
                        || ended(each, fromMs)) {
                    continue;
                }
                if (!connection.lasted(untilMs) || !lasts(each, fromMs, untilMs)) {
                    return 0;
                }
                members++;
            }
        }
        return members;
    }

    private static boolean ended(Device.Subscribed subscribed, long byMs) {
        return subscribed.endedAtMs != Post.NEVER && subscribed.endedAtMs < byMs;
    }

    /** All nodes know the same, each client has one session, and every CONNECT was answered. */
    void judgeQuiet() {
        List<SimNode> nodes = world.nodes();
        for (SimNode owner : nodes) {
            Set<Interest> truth = owner.interests(owner);
            for (SimNode node : nodes) {
                assertThat(node.interests(owner))
                        .as("what %s knows of %s", node, owner)
                        .isEqualTo(truth);
                assertThat(node.retained.hashes(0))
                        .as("what %s and %s retain", node, owner)
                        .isEqualTo(owner.retained.hashes(0));
            }
            assertThat(owner.routes.known()).as("all know what %s has", owner).isTrue();
        }
        Set<String> live = new HashSet<>();
        for (Device device : world.devices) {
            for (Device.Connection connection : device.connections) {
                assertThat(connection.answered() || !connection.node.alive())
                        .as("CONNECT of %s is answered", connection)
                        .isTrue();
                if (connection.live()) {
                    assertThat(live.add(device.id))
                            .as("%s is connected once", device.id)
                            .isTrue();
                    judgeRoutes(connection);
                }
            }
        }
        judgeSessions(nodes, live);
    }

    private static void judgeRoutes(Device.Connection connection) {
        Set<Interest> interests = connection.node.interests(connection.node);
        for (Device.Subscribed each : connection.subscriptions) {
            if (each.answeredAtMs != Post.NEVER && each.endedAtMs == Post.NEVER && !each.filter.shared()) {
                assertThat(interests)
                        .as("what %s wants", connection)
                        .contains(Interest.plain(each.filter.filter(), true));
            }
        }
    }

    private void judgeSessions(List<SimNode> nodes, Set<String> live) {
        List<Map<String, SessionInfo>> all = nodes.stream().map(SimNode::list).toList();
        world.pass(100);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            for (SessionInfo info : all.get(i).values()) {
                assertThat(seen.add(info.clientId()))
                        .as("%s has one session", info.clientId())
                        .isTrue();
                assertThat(info.connected())
                        .as("%s is connected", info.clientId())
                        .isEqualTo(live.contains(info.clientId()));
            }
            assertThat(nodes.get(i).sessionsClaimed())
                    .as("sessions that %s believes to have", nodes.get(i))
                    .isEqualTo(all.get(i).size());
        }
    }
}
