package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a table tells of this node's interest, and what it takes over of that of others. */
class LocalInterestTest {
    private static final NodeId SELF = new NodeId(new UUID(0, 9));
    private static final NodeId ONE = new NodeId(new UUID(0, 1));
    private static final ShareName GROUP = new ShareName("g");

    private final List<String> told = new ArrayList<>();
    private final Map<SubscriptionFilter, Interest> known = new HashMap<>();
    private final RouteTable<Subscribers> table = new RouteTable<>(3, SELF, this::told, 16, () -> 7);

    private void told(@Nullable ShareName share, TopicFilter filter, int members, int online) {
        told.add((share == null ? "" : share + ":") + filter + ' ' + members + '/' + online);
        Interest interest = new Interest(share, filter, members, online);
        SubscriptionFilter key = new SubscriptionFilter(share, filter);
        if (interest.exists()) {
            known.put(key, interest);
        } else {
            assertThat(known.remove(key)).isNotNull();
        }
    }

    @Test
    void onlyTheFirstAndTheLastShardOfAFilterCount() {
        attach("a", 0);
        attach("a", 2);
        attach("b", 1);
        table.detach(TopicFilter.of("a"), 0);
        table.detach(TopicFilter.of("a"), 0);
        table.detach(TopicFilter.of("a"), 2);
        attach("a", 1);
        assertThat(told).containsExactly("a 1/0", "b 1/0", "a 0/0", "a 1/0");
    }

    @Test
    void whatOthersWantIsNotToldAgain() {
        table.change(ONE, ShareStrategy.RANDOM, List.of(Interest.plain(TopicFilter.of("a"), true), shared("b", 3, 1)));
        attach("a", 0);
        table.detach(TopicFilter.of("a"), 0);
        assertThat(told).containsExactly("a 1/0", "a 0/0");
        assertThat(table.size()).isEqualTo(2);
    }

    @Test
    void ofAGroupTheNumbersAreTold() {
        Member one = Member.online("one");
        Member two = Member.offline("two");
        ShareGroup group = join(one);
        join(two);
        two.online(true);
        table.refresh(group, two);
        table.refresh(group, two);
        one.online(false);
        table.refresh(group, one);
        Member again = Member.online("one");
        join(again);
        table.leave(group, one);
        table.refresh(group, one);
        table.leave(group, two);
        table.leave(group, again);
        assertThat(told).containsExactly("g:b 1/1", "g:b 2/1", "g:b 2/2", "g:b 2/1", "g:b 2/2", "g:b 1/1", "g:b 0/0");
        assertThat(table.size()).isZero();
    }

    @Test
    void aGroupLivesAsLongAsAnyNodeHasMembers() {
        assertThat(change(shared("b", 2, 1))).containsExactly(shared("b", 0, 0));
        ShareGroup group = join(Member.online("c"));
        assertThat(group.remotes()).hasSize(1);
        assertThat(group.strategy()).isEqualTo(ShareStrategy.STICKY);
        assertThat(change(shared("b", 4, 4))).containsExactly(shared("b", 2, 1));
        table.leave(group, group.members().get(0));
        assertThat(table.match(TopicName.of("b")).groups()).containsExactly(group);
        assertThat(change(shared("b", 0, 0))).containsExactly(shared("b", 4, 4));
        assertThat(table.size()).isZero();
    }

    @Test
    void changesOfOthersSayWhatTheyReplaced() {
        Interest plain = Interest.plain(TopicFilter.of("a"), true);
        assertThat(change(plain, plain, shared("a", 1, 0), plain.ended(), plain.ended(), shared("x", 0, 0)))
                .containsExactly(plain.ended(), plain, shared("a", 0, 0), plain, plain.ended(), shared("x", 0, 0));
        assertThat(table.match(TopicName.of("a")).nodes()).isEmpty();
        assertThat(table.match(TopicName.of("a")).groups()).hasSize(1);
        long version = table.version();
        change(plain.ended(), shared("a", 1, 0));
        assertThat(table.version()).as("nothing was new").isEqualTo(version);
        change(shared("a", 5, 3));
        assertThat(table.version()).as("matches know the group already").isEqualTo(version);
        change(shared("a", 0, 0));
        assertThat(table.version()).isGreaterThan(version);
    }

    @Test
    void aNodeThatGoesTakesItsMembersAlong() {
        List<Interest> many = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            many.add(Interest.plain(TopicFilter.of("p/" + i), true));
            many.add(shared("s/" + i, 2, 1));
        }
        table.change(ONE, ShareStrategy.RANDOM, many);
        attach("p/1", 0);
        List<Interest> visited = new ArrayList<>();
        table.forEachInterest(ONE, visited::add);
        assertThat(visited).containsExactlyInAnyOrderElementsOf(many);
        table.removeNode(ONE);
        assertThat(table.size()).isEqualTo(1);
        visited.clear();
        table.forEachInterest(ONE, visited::add);
        assertThat(visited).isEmpty();
    }

    @Test
    void whatIsToldIsAlwaysWhatIsThere() {
        Random random = Seeds.one("LocalInterestTest");
        Map<String, ShareGroup> groups = new HashMap<>();
        Map<String, Member> members = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            String filter = "f" + random.nextInt(10);
            String client = filter + "c" + random.nextInt(4);
            Member member = members.get(client);
            switch (random.nextInt(7)) {
                case 0 -> attach(filter, random.nextInt(3));
                case 1 -> table.detach(TopicFilter.of(filter), random.nextInt(3));
                case 2 -> {
                    Member next = new Member(client, random.nextBoolean(), true);
                    groups.put(client, table.join(TopicFilter.of(filter), GROUP, ShareStrategy.RANDOM, next));
                    members.put(client, next);
                }
                case 3 -> {
                    if (member != null) {
                        table.leave(Objects.requireNonNull(groups.get(client)), member);
                        members.remove(client);
                    }
                }
                case 4 -> {
                    if (member != null) {
                        member.online(random.nextBoolean());
                        table.refresh(Objects.requireNonNull(groups.get(client)), member);
                    }
                }
                case 5 -> change(Interest.plain(TopicFilter.of(filter), random.nextBoolean()));
                default -> change(shared(filter, random.nextInt(3), 0));
            }
            if (step % 100 == 0) {
                List<Interest> there = new ArrayList<>();
                table.forEachInterest(SELF, there::add);
                assertThat(known.values()).containsExactlyInAnyOrderElementsOf(there);
            }
        }
    }

    @Test
    void numbersThatCannotBeAreRefused() {
        TopicFilter filter = TopicFilter.of("a");
        assertThatThrownBy(() -> new Interest(null, filter, 2, 0)).hasMessageContaining("2 members");
        assertThatThrownBy(() -> new Interest(GROUP, filter, 1, 2)).hasMessageContaining("2 of them online");
        assertThatThrownBy(() -> new Interest(GROUP, filter, -1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private void attach(String filter, int shard) {
        table.attach(TopicFilter.of(filter), shard, () -> new Subscribers("x"));
    }

    private ShareGroup join(Member member) {
        return table.join(TopicFilter.of("b"), GROUP, ShareStrategy.RANDOM, member);
    }

    private List<Interest> change(Interest... changes) {
        return table.change(ONE, ShareStrategy.STICKY, List.of(changes));
    }

    private static Interest shared(String filter, int members, int online) {
        return new Interest(GROUP, TopicFilter.of(filter), members, online);
    }
}
