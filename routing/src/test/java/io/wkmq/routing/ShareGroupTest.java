package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.wkmq.testing.sim.Seeds;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShareGroupTest {
    private static final Message MESSAGE = Messages.to("a");

    private static final Random RANDOM = Seeds.one("ShareGroupTest");

    @ParameterizedTest
    @EnumSource
    void anEmptyGroupPicksNobody(ShareStrategy strategy) {
        assertThat(group(strategy).pick(MESSAGE, null)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void theOnlyMemberIsPickedOnlineOrNot(ShareStrategy strategy) {
        Member member = Member.online("c");
        ShareGroup group = group(strategy, member);
        assertThat(group.pick(MESSAGE, null)).isSameAs(member);
        member.online(false);
        assertThat(group.pick(MESSAGE, null)).isSameAs(member);
    }

    @ParameterizedTest
    @EnumSource
    void theExcludedMemberIsNeverPicked(ShareStrategy strategy) {
        Member left = Member.online("left");
        Member online = Member.online("online");
        ShareGroup alone = group(strategy, left);
        assertThat(alone.pick(MESSAGE, left)).isNull();
        ShareGroup group = group(strategy, left, online, Member.offline("offline"));
        for (int i = 0; i < 100; i++) {
            assertThat(group.pick(Messages.of("t/" + i, "p" + i), left)).isSameAs(online);
        }
        online.online(false);
        for (int i = 0; i < 100; i++) {
            assertThat(group.pick(Messages.of("t/" + i, "p" + i), left))
                    .isNotNull()
                    .isNotSameAs(left);
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlineMembersComeFirst(ShareStrategy strategy) {
        Member one = Member.online("one");
        Member two = Member.online("two");
        ShareGroup group = group(strategy, Member.offline("x"), one, Member.offline("y"), Member.offline("z"), two);
        for (int i = 0; i < 200; i++) {
            assertThat(group.pick(Messages.of("t/" + i, "p" + i), null)).isIn(one, two);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOfflineMemberIsPickedWhenNobodyIsOnline(ShareStrategy strategy) {
        Member one = Member.offline("one");
        Member two = Member.offline("two");
        ShareGroup group = group(strategy, one, two);
        for (int i = 0; i < 50; i++) {
            assertThat(group.pick(Messages.of("t/" + i, "p" + i), null)).isIn(one, two);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STICKY")
    void picksAreSpreadEvenlyOverThoseOnline(ShareStrategy strategy) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            // a run of offline ones, whose load must not go to the next one alone
            members.add(i % 6 == 5 ? Member.online("client-" + i) : Member.offline("client-" + i));
        }
        ShareGroup group = group(strategy, members.toArray(new Member[0]));
        Map<ShareMember, Integer> picks = new HashMap<>();
        int messages = 20_000;
        for (int i = 0; i < messages; i++) {
            picks.merge(picked(group, Messages.of("device/" + i + "/x", "publisher-" + i)), 1, Integer::sum);
        }
        assertThat(picks).hasSize(5);
        int even = messages / 5;
        assertThat(picks.values()).allSatisfy(count -> assertThat(count).isBetween(even * 8 / 10, even * 12 / 10));
    }

    @Test
    void roundRobinGivesEachItsTurn() {
        Member one = Member.online("one");
        Member two = Member.online("two");
        Member three = Member.online("three");
        ShareGroup group = group(ShareStrategy.ROUND_ROBIN, one, two, three);
        assertThat(picks(group, 6)).containsExactly(one, two, three, one, two, three);
        two.online(false);
        assertThat(picks(group, 4)).containsExactly(one, three, one, three);
        two.online(true);
        assertThat(picks(group, 3)).containsExactly(one, two, three);
    }

    @Test
    void roundRobinGoesOnWhenMembersLeave() {
        Member one = Member.online("one");
        Member two = Member.online("two");
        Member three = Member.online("three");
        ShareGroup group = group(ShareStrategy.ROUND_ROBIN, one, two, three);
        assertThat(picks(group, 3)).containsExactly(one, two, three);
        group.leave(three);
        group.leave(two);
        assertThat(picks(group, 3)).containsExactly(one, one, one);
    }

    @Test
    void aPickInTheMiddleOfAnotherTakesAnotherMember() {
        ShareGroup group = group(ShareStrategy.ROUND_ROBIN);
        List<ShareMember> inner = new ArrayList<>();
        for (String clientId : new String[] {"a", "b", "c"}) {
            group.join(new ShareMember() {
                @Override
                public String clientId() {
                    return clientId;
                }

                @Override
                public boolean online() {
                    if (inner.isEmpty()) {
                        inner.add(this);
                        inner.set(0, picked(group, MESSAGE)); // as another thread could at this point
                    }
                    return true;
                }

                @Override
                public boolean local() {
                    return true;
                }
            });
        }
        ShareMember outer = picked(group, MESSAGE);
        ShareMember next = picked(group, MESSAGE);
        assertThat(List.of(inner.get(0), outer, next)).containsExactlyElementsOf(group.members());
    }

    @Test
    void roundRobinStaysEvenWhenManyThreadsPick() throws Exception {
        Member[] members = new Member[7];
        for (int i = 0; i < members.length; i++) {
            members[i] = Member.online("c" + i);
        }
        ShareGroup group = group(ShareStrategy.ROUND_ROBIN, members);
        List<ShareMember> order = group.members();
        int[][] counts = new int[3][members.length];
        CyclicBarrier start = new CyclicBarrier(counts.length);
        Together together = new Together();
        for (int[] count : counts) {
            together.with(() -> {
                start.await();
                for (int i = 0; i < 140_000; i++) {
                    count[order.indexOf(picked(group, MESSAGE))]++;
                }
            });
        }
        together.run();
        for (int i = 0; i < members.length; i++) {
            assertThat(counts[0][i] + counts[1][i] + counts[2][i]).isEqualTo(60_000);
        }
    }

    @Test
    void stickyStaysWithAMemberUntilItLeaves() {
        ShareGroup group = group(ShareStrategy.STICKY, Member.online("a"), Member.online("b"), Member.online("c"));
        ShareMember first = picked(group, MESSAGE);
        assertThat(picks(group, 50)).containsOnly(first);
        group.join(Member.online("d"));
        assertThat(picks(group, 50)).containsOnly(first);
        group.leave(first);
        ShareMember second = picked(group, MESSAGE);
        assertThat(second).isNotSameAs(first);
        assertThat(picks(group, 50)).containsOnly(second);
    }

    @Test
    void stickyMovesToAnOnlineMemberAndStaysThere() {
        Member one = Member.online("a");
        ShareGroup group = group(ShareStrategy.STICKY, one);
        assertThat(picked(group, MESSAGE)).isSameAs(one);
        Member two = Member.online("b");
        group.join(two);
        one.online(false);
        assertThat(picked(group, MESSAGE)).isSameAs(two);
        one.online(true);
        assertThat(picks(group, 20)).containsOnly(two);
        two.online(false);
        one.online(false);
        assertThat(picks(group, 20)).as("nobody is online").containsOnly(two);
    }

    @Test
    void stickyStaysWithAClientThatIsReplacedByItsNextSession() {
        Member old = Member.online("a");
        ShareGroup group = group(ShareStrategy.STICKY, old);
        assertThat(picked(group, MESSAGE)).isSameAs(old);
        for (int i = 0; i < 20; i++) {
            group.join(Member.online("other-" + i));
        }
        Member next = Member.online("a");
        group.join(next);
        group.leave(old);
        assertThat(picks(group, 20)).containsOnly(next);
    }

    @Test
    void hashKeepsAKeyAtItsMember() {
        Member[] members = {Member.online("a"), Member.online("b"), Member.online("c"), Member.online("d")};
        ShareGroup byClient = group(ShareStrategy.HASH_CLIENTID, members);
        ShareGroup byTopic = group(ShareStrategy.HASH_TOPIC, members);
        for (int i = 0; i < 100; i++) {
            ShareMember ofClient = picked(byClient, Messages.of("t", "p" + i));
            ShareMember ofTopic = picked(byTopic, Messages.of("t/" + i, "p"));
            for (int j = 0; j < 10; j++) {
                assertThat(picked(byClient, Messages.of("t/" + j, "p" + i))).isSameAs(ofClient);
                assertThat(picked(byTopic, Messages.of("t/" + i, "p" + j))).isSameAs(ofTopic);
            }
        }
    }

    @Test
    void hashIsTheSameOnAllNodesWhateverTheOrderOfJoining() {
        ShareGroup here = group(ShareStrategy.HASH_TOPIC, Member.online("a"), Member.online("b"), Member.online("c"));
        ShareGroup there = group(ShareStrategy.HASH_TOPIC, Member.online("c"), Member.online("a"), Member.online("b"));
        for (int i = 0; i < 500; i++) {
            Message message = Messages.to("t/" + i);
            assertThat(picked(here, message).clientId())
                    .isEqualTo(picked(there, message).clientId());
        }
    }

    @Test
    void hashMovesOnlyTheKeysOfAMemberThatGoesOrComes() {
        Member[] members = new Member[10];
        for (int i = 0; i < members.length; i++) {
            members[i] = Member.online("AaAaBB".substring(0, i % 6) + i);
        }
        ShareGroup group = group(ShareStrategy.HASH_TOPIC, members);
        List<ShareMember> before = picksByTopic(group);
        members[4].online(false);
        List<ShareMember> offline = picksByTopic(group);
        group.leave(members[4]);
        List<ShareMember> left = picksByTopic(group);
        int moved = 0;
        for (int i = 0; i < before.size(); i++) {
            if (before.get(i) == members[4]) {
                moved++;
                assertThat(offline.get(i)).isNotSameAs(members[4]);
            } else {
                assertThat(offline.get(i)).isSameAs(before.get(i));
            }
        }
        assertThat(left).isEqualTo(offline);
        assertThat(moved).isBetween(50, 150);
        group.join(members[4]);
        members[4].online(true);
        assertThat(picksByTopic(group)).isEqualTo(before);
    }

    @Test
    void hashIsTheSameAsOfAGroupThatHadThoseMembersFromTheStart() {
        Member first = Member.online("first");
        Member middle = Member.online("middle");
        Member last = Member.online("last");
        ShareGroup group = group(ShareStrategy.HASH_TOPIC, first, Member.online("a"), middle, Member.online("b"), last);
        group.leave(middle);
        group.leave(first);
        group.leave(last);
        group.join(Member.online("b"));
        group.join(Member.online("c"));
        ShareGroup fresh = group(ShareStrategy.HASH_TOPIC, Member.online("a"), Member.online("b"), Member.online("c"));
        for (int i = 0; i < 500; i++) {
            Message message = Messages.to("t/" + i);
            assertThat(picked(group, message).clientId())
                    .isEqualTo(picked(fresh, message).clientId());
        }
    }

    @Test
    void clientIdsWhoseTextsHashAlikeAreToldApart() {
        Member one = Member.online("AaAa");
        Member two = Member.online("BBBB");
        ShareGroup group = group(ShareStrategy.HASH_TOPIC, one, two);
        assertThat(picksByTopic(group)).contains(one, two);
    }

    @Test
    void localPrefersMembersOfThisNode() {
        Member near = new Member("near", true, true);
        Member nearOffline = new Member("near-offline", false, true);
        Member far = new Member("far", true, false);
        Member farToo = new Member("far-too", true, false);
        ShareGroup group = group(ShareStrategy.LOCAL, far, near, nearOffline, farToo);
        assertThat(picks(group, 10)).containsOnly(near);
        near.online(false);
        assertThat(picks(group, 4)).as("online far away before offline here").containsOnly(far, farToo);
        far.online(false);
        farToo.online(false);
        assertThat(picks(group, 10)).as("nobody is online").containsOnly(near, nearOffline);
    }

    @Test
    void localIsFairAmongThoseOfThisNode() {
        Member one = new Member("one", true, true);
        Member two = new Member("two", true, true);
        ShareGroup group = group(ShareStrategy.LOCAL, one, new Member("far", true, false), two);
        assertThat(picks(group, 4)).containsExactly(one, two, one, two);
    }

    @Test
    void aMemberThatJoinsTwiceIsNotDoubled() {
        Member member = Member.online("c");
        ShareGroup group = group(ShareStrategy.ROUND_ROBIN, member, Member.online("d"));
        group.join(member);
        assertThat(group.size()).isEqualTo(2);
        Member next = Member.online("c");
        group.join(next);
        assertThat(group.members()).hasSize(2).contains(next).doesNotContain(member);
        group.leave(member);
        assertThat(group.members())
                .as("the old session leaves after the new one joined")
                .contains(next);
        group.leave(next);
        assertThat(group.size()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void picksDoNotAllocate(ShareStrategy strategy) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Member[] members = new Member[5];
        for (int i = 0; i < members.length; i++) {
            members[i] = new Member("c" + i, i % 2 == 0, i > 2);
        }
        ShareGroup group = group(strategy, members);
        picks(group, 100);
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        ShareMember last = null;
        for (int i = 0; i < 10_000; i++) {
            last = group.pick(MESSAGE, null);
        }
        long bytes = threads.getThreadAllocatedBytes(id) - before;
        assertThat(last).isNotNull();
        assertThat(bytes).as("bytes of 10 000 picks").isLessThan(10_000);
    }

    private ShareGroup group(ShareStrategy strategy, Member... members) {
        ShareGroup group = new ShareGroup(new ShareName("g"), TopicFilter.of("#"), strategy, RANDOM::nextInt);
        for (Member member : members) {
            group.join(member);
        }
        return group;
    }

    private static ShareMember picked(ShareGroup group, Message message) {
        @Nullable ShareMember member = group.pick(message, null);
        if (member == null) {
            throw new AssertionError(group + " picked nobody");
        }
        return member;
    }

    private static List<ShareMember> picks(ShareGroup group, int count) {
        List<ShareMember> picks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            picks.add(picked(group, MESSAGE));
        }
        return picks;
    }

    private static List<ShareMember> picksByTopic(ShareGroup group) {
        List<ShareMember> picks = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            picks.add(picked(group, Messages.to("t/" + i)));
        }
        return picks;
    }
}
