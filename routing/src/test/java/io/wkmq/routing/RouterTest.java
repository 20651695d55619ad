package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RouterTest {
    private static final NodeId SELF = new NodeId(new UUID(0, 9));
    private static final NodeId ONE = new NodeId(new UUID(0, 1));
    private static final NodeId TWO = new NodeId(new UUID(0, 2));

    private final RouteTable<Subscribers> table = new RouteTable<>(2, SELF, LocalInterest.NONE);
    private final List<String> log = new ArrayList<>();
    private final List<Audience> audiences = new ArrayList<>();
    private final Set<NodeId> away = new HashSet<>();
    private final Router<Subscribers> router = new Router<>(
            table,
            new Dispatcher<>() {
                @Override
                public void dispatch(Match<Subscribers> match, Message message, HandOver handOver) {
                    log.add("dispatch " + message.topic() + " to "
                            + match.locals().size());
                }

                @Override
                public void dispatchShared(ShareGroup group, ShareMember member, Message message, HandOver handOver) {
                    log.add("share " + message.topic() + " to " + member.clientId());
                }
            },
            new Forwarder() {
                @Override
                public void forward(NodeId node, Message message, Audience audience, HandOver handOver) {
                    audiences.add(audience);
                    log.add("forward " + message.topic() + " to " + node.value().getLeastSignificantBits() + " for "
                            + (audience.plain() ? "all" : "")
                            + audience.groups().stream()
                                    .map(members -> members.group().name().text())
                                    .sorted()
                                    .toList());
                }

                @Override
                public boolean reaches(NodeId node) {
                    return !away.contains(node);
                }
            });

    @Test
    void aTopicNobodyWantsGoesNowhere() {
        assertThat(router.wanted(TopicName.of("a"))).isFalse();
        assertThat(route("a")).isFalse();
        assertThat(log).isEmpty();
    }

    @Test
    void aTopicIsWantedBySubscribersNodesAndGroups() {
        table.attach(TopicFilter.of("here"), 0, () -> new Subscribers("x"));
        add("there", ONE);
        share("group", "g", ONE, 1);

        assertThat(router.wanted(TopicName.of("here"))).isTrue();
        assertThat(router.wanted(TopicName.of("there"))).isTrue();
        assertThat(router.wanted(TopicName.of("group"))).isTrue();
        assertThat(router.wanted(TopicName.of("nowhere"))).isFalse();
    }

    @Test
    void localSubscribersAreDispatchedToOnce() {
        table.attach(TopicFilter.of("a"), 0, () -> new Subscribers("x"));
        table.attach(TopicFilter.of("+"), 1, () -> new Subscribers("y"));
        assertThat(route("a")).isTrue();
        assertThat(log).containsExactly("dispatch a to 2");
    }

    @Test
    void eachNodeGetsOneCopy() {
        add("a", ONE);
        add("+", ONE);
        add("#", TWO);
        assertThat(route("a")).isTrue();
        assertThat(log).containsExactlyInAnyOrder("forward a to 1 for all[]", "forward a to 2 for all[]");
        assertThat(audiences).allMatch(Audience.PLAIN::equals);
    }

    @Test
    void eachShareGroupPicksOneMember() {
        join("a", "g", Member.online("c"));
        join("a", "h", Member.online("d"));
        assertThat(route("a")).isTrue();
        assertThat(log).containsExactlyInAnyOrder("share a to c", "share a to d");
    }

    @Test
    void oneCopyIsForAllWhoWantItOnANode() {
        add("a", ONE);
        share("a", "g", ONE, 2);
        share("+", "h", ONE, 1);
        share("a", "k", TWO, 1);
        share("a", "m", TWO, 1);
        assertThat(route("a")).isTrue();
        assertThat(log).containsExactlyInAnyOrder("forward a to 1 for all[g, h]", "forward a to 2 for [k, m]");
    }

    @Test
    void aGroupGetsTheMessageOnOneNodeOnly() {
        join("a", "g", Member.online("c"));
        share("a", "g", ONE, 1);
        share("a", "g", TWO, 1);
        for (int i = 0; i < 30; i++) {
            route("a");
        }
        assertThat(log).hasSize(30);
        assertThat(log.stream().filter("share a to c"::equals)).hasSize(10);
        assertThat(log.stream().filter("forward a to 1 for [g]"::equals)).hasSize(10);
        assertThat(log.stream().filter("forward a to 2 for [g]"::equals)).hasSize(10);
    }

    @Test
    void whatAnotherNodeForwardsStaysOnThisOne() {
        table.attach(TopicFilter.of("a"), 0, () -> new Subscribers("x"));
        add("a", ONE);
        share("a", "g", ONE, 1);
        join("a", "h", Member.online("c"));
        share("a", "h", ONE, 100);

        assertThat(deliver(true, "$share/h/a")).isEmpty();
        assertThat(log).containsExactly("dispatch a to 1", "share a to c");
    }

    @Test
    void aForwardedMessageIsForThoseOnlyWhomItNames() {
        table.attach(TopicFilter.of("a"), 0, () -> new Subscribers("x"));
        join("a", "g", Member.online("c"));
        join("+", "g", Member.online("d"));
        join("a", "h", Member.online("e"));

        assertThat(deliver(false, "$share/g/+")).isEmpty();
        assertThat(log).containsExactly("share a to d");
    }

    @Test
    void groupsWithoutAMemberHereAreGivenBack() {
        join("a", "g", Member.online("c"));
        share("a", "h", ONE, 1);

        assertThat(deliver(false, "$share/g/a", "$share/h/a", "$share/none/a", "$share/g/b"))
                .extracting(SubscriptionFilter::text)
                .containsExactly("$share/h/a", "$share/none/a", "$share/g/b");
        assertThat(log).containsExactly("share a to c");
    }

    @Test
    void aMessageThatANodeGaveBackGoesToTheNextUntilNobodyIsLeft() {
        share("a", "g", ONE, 1);
        share("a", "g", TWO, 1);
        route("a");
        RemoteMembers first = audiences.get(0).groups().get(0);
        assertThat(redispatch(first)).isTrue();
        RemoteMembers second = audiences.get(1).groups().get(0);
        assertThat(second.node()).isNotEqualTo(first.node());
        assertThat(redispatch(second)).as("the first one has nobody either").isFalse();
        assertThat(route("a")).isFalse();

        share("a", "g", first.node(), 1);
        assertThat(route("a")).as("once it says that somebody is there").isTrue();
        assertThat(audiences).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(ShareStrategy.class)
    void aNodeThatIsNotReachedGetsNothingForGroupsUntilItIs(ShareStrategy strategy) {
        table.change(ONE, strategy, List.of(new Interest(new ShareName("g"), TopicFilter.of("a"), 1, 1)));
        table.change(TWO, strategy, List.of(new Interest(new ShareName("g"), TopicFilter.of("a"), 1, 1)));
        away.add(ONE);
        for (int i = 0; i < 20; i++) {
            assertThat(route("a")).isTrue();
        }
        assertThat(log).hasSize(20).containsOnly("forward a to 2 for [g]");
        log.clear();
        away.add(TWO);
        assertThat(route("a")).as("nobody is reached").isFalse();
        away.clear();
        for (int i = 0; i < 20; i++) {
            assertThat(route("a")).isTrue();
        }
        assertThat(log).hasSize(20);
    }

    @Test
    void aMessageThatDidNotGetToANodeGoesElsewhereAndTheNodeIsChosenAgainLater() {
        share("a", "g", ONE, 1);
        share("a", "g", TWO, 1);
        route("a");
        RemoteMembers lost = audiences.get(0).groups().get(0);
        away.add(lost.node());
        for (int i = 0; i < 10; i++) {
            assertThat(router.redispatch(lost.group(), Messages.to("a"), null, HandOver.NONE))
                    .isTrue();
        }
        assertThat(audiences.subList(1, 11))
                .noneMatch(audience -> audience.groups().get(0).node().equals(lost.node()));
        away.add(lost.node().equals(ONE) ? TWO : ONE);
        assertThat(router.redispatch(lost.group(), Messages.to("a"), null, HandOver.NONE))
                .isFalse();
        away.clear();
        for (int i = 0; i < 50; i++) {
            route("a");
        }
        assertThat(audiences.subList(11, 61))
                .anyMatch(audience -> audience.groups().get(0).node().equals(lost.node()));
    }

    @Test
    void aMessageOfAMemberThatLeftGoesToAnother() {
        Member left = Member.online("left");
        ShareGroup group = join("a", "g", left);
        assertThat(router.redispatch(group, Messages.to("a"), left, HandOver.NONE))
                .isFalse();
        join("a", "g", Member.online("next"));
        assertThat(router.redispatch(group, Messages.to("a"), left, HandOver.NONE))
                .isTrue();
        assertThat(log).containsExactly("share a to next");
    }

    @Test
    void aMessageOfAMemberThatLeftGoesToAnotherNode() {
        Member left = Member.online("left");
        ShareGroup group = join("a", "g", left);
        share("a", "g", ONE, 1);
        for (int i = 0; i < 5; i++) {
            assertThat(router.redispatch(group, Messages.to("a"), left, HandOver.NONE))
                    .isTrue();
        }
        assertThat(log).hasSize(5).containsOnly("forward a to 1 for [g]");
    }

    @Test
    void aClusterOfOneForwardsNothing() {
        assertThatThrownBy(() -> Forwarder.NONE.forward(ONE, Messages.to("a"), Audience.PLAIN, HandOver.NONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(ONE.toString());
    }

    private boolean route(String topic) {
        return router.route(Messages.to(topic), HandOver.NONE);
    }

    private List<SubscriptionFilter> deliver(boolean plain, String... groups) {
        List<SubscriptionFilter> named =
                List.of(groups).stream().map(SubscriptionFilter::parse).toList();
        return router.deliver(Messages.to("a"), plain, named, HandOver.NONE);
    }

    private boolean redispatch(RemoteMembers left) {
        return router.redispatch(left.group(), Messages.to("a"), left, HandOver.NONE);
    }

    private void add(String filter, NodeId node) {
        table.change(node, ShareStrategy.RANDOM, List.of(Interest.plain(TopicFilter.of(filter), true)));
    }

    private void share(String filter, String group, NodeId node, int members) {
        Interest interest = new Interest(new ShareName(group), TopicFilter.of(filter), members, members);
        table.change(node, ShareStrategy.ROUND_ROBIN, List.of(interest));
    }

    private ShareGroup join(String filter, String group, Member member) {
        return table.join(TopicFilter.of(filter), new ShareName(group), ShareStrategy.ROUND_ROBIN, member);
    }
}
