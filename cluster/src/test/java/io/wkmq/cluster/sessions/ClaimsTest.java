package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.session.ReasonCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests one client and two or three nodes. */
class ClaimsTest {
    private static final int WAIT_MS = 500;

    private final Random random = new Random(1);
    private final SimMembers members = new SimMembers(3, random);
    private final SimLinks links = new SimLinks(members, random, false);
    private final List<SimDisk> disks = new ArrayList<>();
    private final ClaimLimits limits = TestLimits.waiting(WAIT_MS, 2_000);

    private SimBroker start(int number, long clockAheadMs) {
        while (disks.size() <= number) {
            disks.add(new SimDisk(members.time, random));
        }
        SimBroker broker = new SimBroker(members, links, number, disks.get(number), clockAheadMs, limits, random);
        members.time.pass(1_000);
        return broker;
    }

    private SimConnection connect(SimBroker broker, boolean cleanStart, long expirySeconds) {
        return SimConnection.connect(broker, "c", cleanStart, expirySeconds);
    }

    private void cut(int one, int other) {
        members.network.cut(one, other);
        members.network.cut(other, one);
    }

    @Test
    void connectionToAnotherNodeEndsTheFirstOne() {
        SimBroker one = start(0, 0);
        SimBroker other = start(1, 0);
        SimConnection first = connect(one, true, 0);
        members.time.pass(50);
        SimConnection second = connect(other, true, 0);
        members.time.pass(50);

        assertThat(first.closed()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(second.live()).isTrue();
        assertThat(one.claims.book().size()).isZero();
    }

    @Test
    void laterConnectionWinsWhateverTheClocksSay() {
        SimBroker ahead = start(0, 60_000);
        cut(0, 1);
        SimBroker other = start(1, 0);
        SimConnection first = connect(ahead, true, 0);
        members.network.mendAll();
        members.time.pass(1_000);
        SimConnection second = connect(other, true, 0);
        members.time.pass(50);

        assertThat(first.closed()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(second.live()).isTrue();
    }

    @Test
    void ofTwoConnectionsAtOnceExactlyOneStays() {
        SimBroker one = start(0, 0);
        SimBroker other = start(1, 0);
        for (int i = 0; i < 200; i++) {
            SimConnection first = connect(one, true, 0);
            SimConnection second = connect(other, true, 0);
            members.time.pass(100);
            assertThat(first.live()).as("one of two is live, round %s", i).isNotEqualTo(second.live());
        }
    }

    @Test
    void deadNodeHoldsNobodyUpForLong() {
        SimBroker one = start(0, 0);
        start(1, 0);
        members.crash(1);

        SimConnection first = connect(one, true, 0);
        members.time.pass(WAIT_MS + 50);
        assertThat(first.live()).isTrue();

        SimConnection next = SimConnection.connect(one, "d", true, 0);
        members.time.pass(20);
        assertThat(next.live()).as("the dead node is not waited for again").isTrue();
    }

    @Test
    void ownerThatReturnsGivesUpItsStaleSession() {
        SimBroker owner = start(0, 0);
        SimBroker other = start(1, 0);
        SimConnection first = connect(owner, false, 3_600);
        members.time.pass(50);
        assertThat(first.live()).isTrue();
        members.crash(0);
        SimConnection second = connect(other, false, 3_600);
        members.time.pass(WAIT_MS + 50);
        assertThat(second.live()).isTrue();
        assertThat(second.present()).isFalse();

        SimBroker returned = start(0, 0);

        assertThat(second.live()).isTrue();
        assertThat(returned.claims.book().size()).isZero();
        assertThat(disks.get(0).sessions()).isEmpty();
    }

    @Test
    void sessionThatNobodyHasClaimedSinceSurvivesItsNode() {
        SimBroker owner = start(0, 0);
        start(1, 0);
        connect(owner, false, 3_600);
        members.time.pass(50);
        members.crash(0);
        SimBroker returned = start(0, 0);

        SimConnection again = connect(returned, false, 3_600);
        members.time.pass(50);

        assertThat(again.present()).isTrue();
    }

    @Test
    void afterASplitTheNewerConnectionStays() {
        SimBroker one = start(0, 0);
        SimBroker other = start(1, 0);
        cut(0, 1);
        members.time.pass(3_000);
        SimConnection older = connect(one, true, 0);
        members.time.pass(50);
        SimConnection newer = connect(other, true, 0);
        members.time.pass(1_000);
        assertThat(older.live()).isTrue();
        assertThat(newer.live()).isTrue();

        members.network.mendAll();
        members.time.pass(2_000);

        assertThat(older.closed()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(newer.live()).isTrue();
    }
}
