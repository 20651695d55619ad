package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private static final NodeId ONE = new NodeId(new UUID(0, 1));
    private static final NodeId TWO = new NodeId(new UUID(0, 2));
    private static final ShareName GROUP = new ShareName("g");

    private final RouteTable<Subscribers> table = new RouteTable<>(4, 64, () -> 7);

    @Test
    void aNodeHasAtLeastOneShard() {
        assertThatThrownBy(() -> new RouteTable<Subscribers>(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RouteTable<Subscribers>(40_000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RouteTable<Subscribers>(1, 0, () -> 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEmptyTableMatchesNothing() {
        assertThat(match("a").empty()).isTrue();
        assertThat(match("a").shards()).isEmpty();
        assertThat(table.route(filter("a"))).isNull();
        assertThat(table.size()).isZero();
    }

    @Test
    void attachMakesWhatAShardKeepsOnce() {
        Subscribers first = attach("a/+", 2, "first");
        assertThat(attach("a/+", 2, "second")).isSameAs(first);
        Subscribers other = attach("a/+", 1, "other");
        assertThat(other.name()).isEqualTo("other");
        Route<Subscribers> route = route("a/+");
        assertThat(route.local(2)).isSameAs(first);
        assertThat(route.local(1)).isSameAs(other);
        assertThat(route.local(0)).isNull();
        assertThat(route.shards()).isEqualTo(4);
        assertThat(match("a/b").locals()).containsExactly(route);
        assertThat(match("a/b").shards()).containsExactly(1, 2);
    }

    @Test
    void aRouteEndsWithItsLastShard() {
        attach("a", 3, "x");
        attach("a", 0, "y");
        table.detach(filter("a"), 3);
        assertThat(route("a").local(3)).isNull();
        assertThat(match("a").shards()).containsExactly(0);
        table.detach(filter("a"), 0);
        assertThat(table.route(filter("a"))).isNull();
        assertThat(match("a").empty()).isTrue();
        assertThat(table.size()).isZero();
    }

    @Test
    void aShardMayComeBackWhileAnotherStays() {
        attach("a", 3, "x");
        attach("a", 0, "y");
        table.detach(filter("a"), 3);
        Subscribers again = attach("a", 3, "z");
        assertThat(route("a").local(3)).isSameAs(again);
        assertThat(match("a").shards()).containsExactly(0, 3);
    }

    @Test
    void whatIsNotThereCanBeTakenAwayWithoutAChange() {
        attach("a", 1, "x");
        long before = table.version();
        table.detach(filter("a"), 2);
        table.detach(filter("b"), 1);
        remove(filter("a"), ONE);
        table.removeNode(ONE);
        assertThat(table.version()).isEqualTo(before);
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void eachNodeIsMatchedOnceWhateverTheNumberOfItsRoutes() {
        add(filter("a/#"), ONE);
        add(filter("a/#"), TWO);
        add(filter("a/b"), TWO);
        add(filter("a/b"), TWO);
        add(filter("+/b"), ONE);
        assertThat(match("a/b").nodes()).containsExactlyInAnyOrder(ONE, TWO);
        assertThat(match("a/b").locals()).isEmpty();
        assertThat(route("a/#").nodes()).containsExactly(ONE, TWO);
        assertThat(route("a/#").hasLocals()).isFalse();
        remove(filter("a/#"), ONE);
        assertThat(match("a/c").nodes()).containsExactly(TWO);
        remove(filter("a/#"), TWO);
        assertThat(match("a/c").empty()).isTrue();
    }

    @Test
    void removeNodeTakesAllItsRoutesAndNoOther() {
        for (int i = 0; i < 1_000; i++) {
            add(filter("one/" + i), ONE);
            add(filter("both/" + i), ONE);
            add(filter("both/" + i), TWO);
            add(filter("local/" + i), ONE);
            attach("local/" + i, i % 4, "x");
        }
        table.removeNode(ONE);
        assertThat(table.size()).isEqualTo(2_000);
        assertThat(match("one/17").empty()).isTrue();
        assertThat(match("both/17").nodes()).containsExactly(TWO);
        assertThat(match("local/17").nodes()).isEmpty();
        assertThat(match("local/17").shards()).containsExactly(17 % 4);
        List<Route<Subscribers>> left = new ArrayList<>();
        table.forEach(left::add);
        assertThat(left).hasSize(2_000).noneMatch(route -> route.nodes().contains(ONE));
    }

    @Test
    void groupsOfOneFilterAreKeptApartByName() {
        Member member = Member.online("c");
        ShareGroup first = table.join(filter("a"), GROUP, ShareStrategy.STICKY, member);
        ShareGroup second = table.join(filter("a"), new ShareName("h"), ShareStrategy.RANDOM, member);
        ShareGroup other = table.join(filter("+"), GROUP, ShareStrategy.LOCAL, member);
        assertThat(match("a").groups()).containsExactlyInAnyOrder(first, second, other);
        assertThat(route("a").groups()).containsExactly(first, second);
        assertThat(first.filter()).isEqualTo(filter("a"));
        assertThat(first.name()).isEqualTo(GROUP);
        assertThat(first.strategy()).isEqualTo(ShareStrategy.STICKY);
    }

    @Test
    void aGroupKeepsTheStrategyOfItsFirstMember() {
        ShareGroup group = table.join(filter("a"), GROUP, ShareStrategy.STICKY, Member.online("c"));
        assertThat(table.join(filter("a"), GROUP, ShareStrategy.RANDOM, Member.online("d")))
                .isSameAs(group);
        assertThat(group.strategy()).isEqualTo(ShareStrategy.STICKY);
        assertThat(group.size()).isEqualTo(2);
    }

    @Test
    void aGroupEndsWithItsLastMember() {
        Member one = Member.online("c");
        Member two = Member.online("d");
        ShareGroup group = table.join(filter("a"), GROUP, ShareStrategy.RANDOM, one);
        table.join(filter("a"), GROUP, ShareStrategy.RANDOM, two);
        table.leave(group, one);
        assertThat(match("a").groups()).containsExactly(group);
        table.leave(group, two);
        assertThat(match("a").empty()).isTrue();
        assertThat(table.size()).isZero();
        ShareGroup fresh = table.join(filter("a"), GROUP, ShareStrategy.LOCAL, one);
        long before = table.version();
        table.leave(group, one);
        assertThat(table.version()).as("leaving a group that has ended").isEqualTo(before);
        assertThat(match("a").groups()).containsExactly(fresh);
    }

    @Test
    void localsNodesAndGroupsOfOneFilterShareARoute() {
        attach("a", 1, "x");
        add(filter("a"), ONE);
        ShareGroup group = table.join(filter("a"), GROUP, ShareStrategy.RANDOM, Member.online("c"));
        attach("a", 2, "y");
        assertThat(table.size()).isEqualTo(1);
        Match<Subscribers> match = match("a");
        assertThat(match.locals()).containsExactly(route("a"));
        assertThat(match.nodes()).containsExactly(ONE);
        assertThat(match.groups()).containsExactly(group);
        table.leave(group, group.members().get(0));
        table.detach(filter("a"), 2);
        table.detach(filter("a"), 1);
        assertThat(match("a").nodes()).containsExactly(ONE);
        remove(filter("a"), ONE);
        assertThat(table.size()).isZero();
    }

    @Test
    void eachChangeOfTheSetOfRoutesRaisesTheVersion() {
        List<Runnable> changes = new ArrayList<>();
        ShareGroup[] group = new ShareGroup[1];
        Member member = Member.online("c");
        changes.add(() -> attach("a", 1, "x"));
        changes.add(() -> attach("a", 2, "x"));
        changes.add(() -> add(filter("a"), ONE));
        changes.add(() -> group[0] = table.join(filter("a"), GROUP, ShareStrategy.RANDOM, member));
        changes.add(() -> table.leave(group[0], member));
        changes.add(() -> remove(filter("a"), ONE));
        changes.add(() -> table.detach(filter("a"), 1));
        for (Runnable change : changes) {
            long before = table.version();
            Match<Subscribers> old = match("a");
            change.run();
            assertThat(table.version()).isGreaterThan(before);
            assertThat(match("a")).isNotSameAs(old);
        }
    }

    @Test
    void aMatchIsRememberedUntilTheNextChange() {
        attach("a/+", 1, "x");
        Match<Subscribers> match = match("a/b");
        assertThat(match.version()).isEqualTo(table.version());
        assertThat(match("a/b")).isSameAs(match);
        attach("z", 1, "y");
        assertThat(match("a/b")).isNotSameAs(match);
        assertThat(match("a/b").locals()).isEqualTo(match.locals());
    }

    @Test
    void aMatchOfBeforeAChangeStaysAsItWas() {
        attach("a", 1, "x");
        Match<Subscribers> before = match("a");
        Route<Subscribers> route = route("a");
        table.detach(filter("a"), 1);
        assertThat(before.locals()).containsExactly(route);
        assertThat(route.local(1))
                .as("whoever comes late finds the shard's place empty")
                .isNull();
    }

    @Test
    void anyoneMayReadTheFiltersOfARoute() {
        attach("a/+", 1, "x");
        assertThat(route("a/+").filter()).isEqualTo(filter("a/+"));
        assertThat(route("a/+").toString()).contains("a/+");
        assertThatThrownBy(() -> route("a/+").nodes().add(ONE)).isInstanceOf(UnsupportedOperationException.class);
    }

    private Subscribers attach(String filter, int shard, String name) {
        return table.attach(filter(filter), shard, () -> new Subscribers(name));
    }

    private void add(TopicFilter filter, NodeId node) {
        table.change(node, ShareStrategy.RANDOM, List.of(Interest.plain(filter, true)));
    }

    private void remove(TopicFilter filter, NodeId node) {
        table.change(node, ShareStrategy.RANDOM, List.of(Interest.plain(filter, false)));
    }

    private Match<Subscribers> match(String topic) {
        return table.match(TopicName.of(topic));
    }

    private Route<Subscribers> route(String filter) {
        @Nullable Route<Subscribers> route = table.route(filter(filter));
        if (route == null) {
            throw new AssertionError("No route for " + filter);
        }
        return route;
    }

    private static TopicFilter filter(String text) {
        return TopicFilter.of(text);
    }
}
