package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What leads to a suspended node is kept, and nothing goes there. */
class SuspendedNodeTest {
    private static final NodeId SELF = new NodeId(new UUID(0, 9));
    private static final NodeId ONE = new NodeId(new UUID(0, 1));
    private static final NodeId TWO = new NodeId(new UUID(0, 2));
    private static final ShareName GROUP = new ShareName("g");

    private final RouteTable<Subscribers> table = new RouteTable<>(2, SELF, LocalInterest.NONE);

    @Test
    void itsRoutesAreNeitherMatchedNorShownUntilItIsResumed() {
        change(ONE, plain("a"));
        change(ONE, plain("b"));
        change(TWO, plain("b"));
        assertThat(match("b").nodes()).containsExactlyInAnyOrder(ONE, TWO);

        table.suspend(ONE);
        assertThat(match("a").empty()).isTrue();
        assertThat(match("b").nodes()).containsExactly(TWO);
        assertThat(table.route(TopicFilter.of("a"))).isNull();
        assertThat(shown()).containsExactly("b");
        assertThat(table.size()).isEqualTo(1);
        assertThat(interests(ONE)).isEmpty();

        table.resume(ONE);
        assertThat(match("a").nodes()).containsExactly(ONE);
        assertThat(match("b").nodes()).containsExactlyInAnyOrder(ONE, TWO);
        assertThat(shown()).containsExactlyInAnyOrder("a", "b");
        assertThat(table.size()).isEqualTo(2);
        assertThat(interests(ONE)).containsExactlyInAnyOrder(plain("a"), plain("b"));
    }

    @Test
    void whatItsClientsWantMayChangeMeanwhile() {
        change(ONE, plain("a"));
        table.suspend(ONE);
        change(ONE, plain("a").ended());
        change(ONE, plain("b"));
        assertThat(match("b").empty()).isTrue();
        table.resume(ONE);
        assertThat(match("a").empty()).isTrue();
        assertThat(match("b").nodes()).containsExactly(ONE);
    }

    @Test
    void aNodeWithoutRoutesIsSuspendedAsWell() {
        table.suspend(ONE);
        change(ONE, plain("a"));
        assertThat(match("a").empty()).isTrue();
        table.resume(ONE);
        assertThat(match("a").nodes()).containsExactly(ONE);
    }

    @Test
    void aNodeThatIsRemovedHasNoRoutesAndIsSuspendedNoMore() {
        change(ONE, plain("a"), shared("a", 2, 2));
        table.suspend(ONE);
        table.removeNode(ONE);
        change(ONE, plain("b"));
        assertThat(match("a").empty()).isTrue();
        assertThat(match("b").nodes()).containsExactly(ONE);
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void subscribersOfThisNodeGetWhatTheyWantWhoeverIsSuspended() {
        change(ONE, plain("a"));
        table.suspend(ONE);
        table.attach(TopicFilter.of("a"), 1, () -> new Subscribers("x"));
        assertThat(match("a").shards()).containsExactly(1);
        assertThat(match("a").nodes()).isEmpty();
        assertThat(shown()).containsExactly("a");
        table.detach(TopicFilter.of("a"), 1);
        assertThat(shown()).isEmpty();
        table.resume(ONE);
        assertThat(shown()).containsExactly("a");
    }

    @Test
    void membersOfAGroupOnItAreNotPicked() {
        change(ONE, shared("a", 5, 5));
        change(TWO, shared("a", 1, 0));
        ShareGroup group = match("a").groups().get(0);
        assertThat(nodesPicked(group)).containsOnly(ONE);
        table.suspend(ONE);
        assertThat(match("a").groups()).containsExactly(group);
        assertThat(group.remotes()).extracting(RemoteMembers::node).containsExactly(TWO);
        assertThat(nodesPicked(group)).containsOnly(TWO);
        table.resume(ONE);
        assertThat(group.remotes()).hasSize(2);
        assertThat(nodesPicked(group)).containsOnly(ONE);
    }

    @Test
    void aGroupWithMembersOnItAloneIsAsIfThereWereNone() {
        change(ONE, shared("a", 2, 2));
        ShareGroup group = match("a").groups().get(0);
        table.suspend(ONE);
        assertThat(match("a").empty()).isTrue();
        assertThat(group.empty()).isTrue();
        assertThat(shown()).isEmpty();

        Member member = Member.online("c");
        assertThat(table.join(TopicFilter.of("a"), GROUP, ShareStrategy.RANDOM, member))
                .isSameAs(group);
        assertThat(match("a").groups()).as("although a match was remembered").containsExactly(group);
        assertThat(group.pick(Messages.to("a"), null)).isSameAs(member);
        table.leave(group, member);
        assertThat(match("a").empty()).isTrue();

        change(TWO, shared("a", 1, 1));
        assertThat(match("a").groups()).containsExactly(group);
        change(TWO, shared("a", 0, 0));
        assertThat(match("a").empty()).isTrue();
        table.resume(ONE);
        assertThat(match("a").groups()).containsExactly(group);
        assertThat(interests(ONE)).containsExactly(shared("a", 2, 2));
    }

    @Test
    void aStickyGroupStaysWithThisNodeWhenItIsBack() {
        table.change(ONE, ShareStrategy.STICKY, List.of(shared("a", 1, 1)));
        ShareGroup group = match("a").groups().get(0);
        assertThat(nodesPicked(group)).containsOnly(ONE);
        Member member = Member.online("c");
        table.join(TopicFilter.of("a"), GROUP, ShareStrategy.STICKY, member);
        assertThat(nodesPicked(group)).containsOnly(ONE);
        table.suspend(ONE);
        assertThat(group.pick(Messages.to("a"), null)).isSameAs(member);
        table.resume(ONE);
        assertThat(group.pick(Messages.to("a"), null)).isSameAs(member);
    }

    private static List<NodeId> nodesPicked(ShareGroup group) {
        List<NodeId> nodes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ShareMember picked = group.pick(Messages.to("a"), null);
            assertThat(picked).isInstanceOf(RemoteMembers.class);
            if (picked instanceof RemoteMembers members) {
                nodes.add(members.node());
            }
        }
        return nodes;
    }

    private static Interest plain(String filter) {
        return Interest.plain(TopicFilter.of(filter), true);
    }

    private static Interest shared(String filter, int members, int online) {
        return new Interest(GROUP, TopicFilter.of(filter), members, online);
    }

    private void change(NodeId node, Interest... changes) {
        table.change(node, ShareStrategy.RANDOM, List.of(changes));
    }

    private Match<Subscribers> match(String topic) {
        return table.match(TopicName.of(topic));
    }

    private List<String> shown() {
        List<String> shown = new ArrayList<>();
        table.forEach(route -> shown.add(route.filter().text()));
        return shown;
    }

    private List<Interest> interests(NodeId node) {
        List<Interest> interests = new ArrayList<>();
        table.forEachInterest(node, interests::add);
        return interests;
    }
}
