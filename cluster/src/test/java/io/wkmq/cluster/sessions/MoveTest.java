package io.wkmq.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Qos;
import io.wkmq.session.ReasonCode;
import io.wkmq.session.SessionInfo;
import io.wkmq.testing.sim.Weather;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests a session that is used from another node while its node is alive. */
class MoveTest {
    private static final int MOVED_MS = 500;
    private static final ClaimLimits PATIENT = new ClaimLimits(
            1_000, 100, 1 << 16, 1_000, 50, 2_000, 20_000, new MoveLimits(3, 5_000, 30_000, 1 << 10, 1 << 12));

    private final SimMoves world = new SimMoves(3, new Random(3), SimMoves.LIMITS);

    private List<String> got(SimClient client) {
        return client.got().stream().map(SimClient.Got::payload).toList();
    }

    @Test
    void whatWaitsFollowsItsClientInOrder() {
        SimClient publisher = world.publisher(2);
        SimClient mover = world.mover(0, Qos.EXACTLY_ONCE);
        mover.lose();
        world.pass(20);
        for (int i = 0; i < 300; i++) {
            world.publish(publisher, i % 2 == 0 ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE);
            world.pass(2);
        }
        world.pass(300);
        assertThat(publisher.acknowledged()).hasSize(300);

        mover.connect(world.broker(1), false);
        world.pass(3_000);

        assertThat(mover.present()).isTrue();
        assertThat(got(mover)).containsExactlyElementsOf(publisher.acknowledged());
        assertThat(mover.got()).noneMatch(SimClient.Got::duplicate);
        world.checkQuiet();
    }

    @Test
    void connectionThatIsTakenOverIsTold() {
        SimClient mover = world.mover(0, Qos.AT_LEAST_ONCE);
        SimClient.Connection first = mover.connections().get(0);
        mover.connect(world.broker(1), false);
        world.pass(MOVED_MS);

        assertThat(first.closed()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(mover.present()).isTrue();
        assertThat(world.broker(0).list()).isEmpty();
    }

    @Test
    void subscriptionsGoOnOnTheNewNode() {
        SimClient publisher = world.publisher(2);
        SimClient mover = world.mover(0, Qos.AT_LEAST_ONCE);
        mover.connect(world.broker(1), false);
        world.pass(MOVED_MS);
        for (int i = 0; i < 20; i++) {
            world.publish(publisher, Qos.AT_LEAST_ONCE);
        }
        world.pass(MOVED_MS);

        assertThat(got(mover)).hasSize(20).containsExactlyElementsOf(publisher.acknowledged());
    }

    @Test
    void whatIsInFlightIsSentAgainUnderItsPacketId() {
        SimClient publisher = world.publisher(0);
        SimClient mover = world.mover(0, Qos.EXACTLY_ONCE);
        mover.acknowledges(false);
        world.publish(publisher, Qos.AT_LEAST_ONCE);
        world.publish(publisher, Qos.EXACTLY_ONCE);
        world.pass(200);
        assertThat(mover.got()).hasSize(2);

        mover.acknowledges(true);
        mover.connect(world.broker(1), false);
        world.pass(MOVED_MS);

        assertThat(mover.got()).hasSize(3); // the client knows the packet id of QoS 2
        assertThat(mover.got().get(2).duplicate()).isTrue();
        assertThat(mover.got().get(2).qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        world.check(mover, true);
    }

    @Test
    void cleanStartEndsTheSessionOnTheOtherNode() {
        SimClient publisher = world.publisher(0);
        SimClient mover = world.mover(0, Qos.AT_LEAST_ONCE);
        mover.lose();
        world.pass(20);
        world.publish(publisher, Qos.AT_LEAST_ONCE);
        world.pass(200);

        mover.connect(world.broker(1), true);
        world.pass(MOVED_MS);

        assertThat(mover.connected()).isTrue();
        assertThat(mover.present()).isFalse();
        assertThat(mover.got()).isEmpty();
        assertThat(world.broker(0).list()).doesNotContainKey(mover.id);
        world.checkQuiet();
    }

    @Test
    void clientThatHurriesOverAllNodesFindsItsSession() {
        for (int pause = 0; pause < 60; pause++) {
            SimMoves here = new SimMoves(3, new Random(pause), SimMoves.LIMITS);
            SimClient publisher = here.publisher(2);
            SimClient mover = here.mover(0, Qos.EXACTLY_ONCE);
            here.publish(publisher, Qos.AT_LEAST_ONCE);
            here.pass(100);
            mover.connect(here.broker(1), false);
            here.pass(30 + pause / 4);
            mover.connect(here.broker(0), false);
            here.pass(1 + pause % 12);
            mover.connect(here.broker(2), false);
            here.pass(1 + pause);
            mover.connect(here.broker(1), false);
            here.pass(5_000);
            mover.connect(here.broker(0), false);
            here.pass(5_000);

            assertThat(mover.absent())
                    .as("after %s: %s", pause, mover.history())
                    .isEqualTo(1);
            here.check(mover, true);
        }
    }

    @Test
    void newNodeThatDiesInTheMiddleLosesNothing() {
        for (int dies = 0; dies < 60; dies += 2) {
            SimMoves here = new SimMoves(3, new Random(dies), SimMoves.LIMITS);
            SimClient publisher = here.publisher(2);
            SimClient mover = here.mover(0, Qos.EXACTLY_ONCE);
            mover.lose();
            here.pass(20);
            for (int i = 0; i < 40; i++) {
                here.publish(publisher, Qos.EXACTLY_ONCE);
                here.pass(3);
            }
            mover.acknowledges(false);
            mover.connect(here.broker(1), false);
            for (int ms = 0; ms < dies; ms++) {
                here.publish(publisher, Qos.EXACTLY_ONCE);
                here.pass(1);
            }
            List<String> promised =
                    List.copyOf(publisher.acknowledged()); // later ones the dead node may have had alone
            here.crash(1);
            mover.acknowledges(true);
            here.start(1);
            here.pass(6_000);
            mover.connect(here.broker(0), false);
            here.pass(6_000);
            assertThat(mover.present()).as("dies after %s ms", dies).isTrue();
            assertThat(got(mover)).as("dies after %s ms", dies).containsAll(promised);
            here.check(mover, false);
            here.checkQuiet();
        }
    }

    @Test
    void oldNodeThatDiesInTheMiddleHoldsNobodyUp() {
        int present = 0;
        for (int dies = 0; dies < 60; dies += 3) {
            SimMoves here = new SimMoves(3, new Random(dies), SimMoves.LIMITS);
            SimClient publisher = here.publisher(2);
            SimClient mover = here.mover(0, Qos.EXACTLY_ONCE);
            mover.lose();
            here.pass(20);
            for (int i = 0; i < 40; i++) {
                here.publish(publisher, Qos.EXACTLY_ONCE);
                here.pass(3);
            }
            mover.connect(here.broker(1), false);
            here.pass(dies);
            List<String> promised = List.copyOf(publisher.acknowledged());
            here.crash(0);
            here.pass(5_000);
            assertThat(mover.connected()).as("dies after %s ms", dies).isTrue();
            if (mover.present()) {
                present++;
                assertThat(got(mover)).as("dies after %s ms", dies).containsAll(promised);
                here.check(mover, false);
            }
            here.start(0);
            here.pass(6_000);
            here.checkQuiet();
            assertThat(mover.connected()).as("its stale session is not served").isTrue();
        }
        assertThat(present).isBetween(1, 19);
    }

    @Test
    void oldCopyIsNotUsedBeforeTheNewNodeWasAsked() {
        ClaimLimits limits = new ClaimLimits(
                1_000, 100, 1 << 16, 1_000, 50, 2_000, 20_000, new MoveLimits(3, 1_000, 30_000, 1 << 10, 1 << 12));
        SimMoves here = new SimMoves(3, new Random(3), limits);
        SimClient publisher = here.publisher(2);
        SimClient mover = here.mover(0, Qos.AT_LEAST_ONCE);
        mover.lose();
        here.pass(20);
        for (int i = 0; i < 20; i++) {
            here.publish(publisher, Qos.of(i % 3));
        }
        here.pass(200);
        mover.connect(here.broker(1), false);
        while (here.disks.get(1).sessions().isEmpty()) {
            here.pass(1);
        }
        here.members.network.cut(1, 0); // so the old node does not hear that it may forget
        here.pass(1_500);
        assertThat(mover.present()).isTrue();
        assertThat(got(mover)).hasSize(20);

        SimClient.Connection back = mover.connect(here.broker(0), false);
        here.pass(1_500);
        assertThat(back.refused()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);

        here.members.network.mendAll();
        here.pass(2_000);
        mover.connect(here.broker(0), false);
        here.pass(3_000);
        assertThat(mover.present()).as(mover.history()).isTrue();
        assertThat(got(mover)).as("nothing comes again").hasSize(20);
        here.checkQuiet();
    }

    @Test
    void oldCopyIsNotUsedAfterARestartBeforeTheNewNodeWasAsked() {
        int refused = 0;
        for (int seed = 0; seed < 20; seed++) {
            SimMoves here = new SimMoves(2, new Random(seed), PATIENT);
            SimClient mover = here.mover(0, Qos.AT_LEAST_ONCE);
            mover.connect(here.broker(1), false);
            while (here.disks.get(1).sessions().isEmpty()) {
                here.pass(1);
            }
            here.members.network.cut(1, 0); // so the old node does not hear that it may forget
            here.pass(2_000);
            assertThat(mover.present()).isTrue();
            here.crash(0);
            here.pass(2_000);
            here.members.network.mendAll();
            here.start(0);
            while (here.broker(0).member.peers().isEmpty()) {
                here.pass(1);
            }
            here.members.network.cut(1, 0); // nor what the other one has
            SimClient.Connection back = mover.connect(here.broker(0), false);
            here.pass(1_500);
            assertThat(mover.present()).as(mover.history()).isFalse();
            if (back.refused() == ReasonCode.SERVER_UNAVAILABLE) { // else it heard so in time
                refused++;
                here.members.network.mendAll();
                here.pass(2_000);
                mover.connect(here.broker(0), false);
                here.pass(3_000);
                assertThat(mover.present()).as(mover.history()).isTrue();
                here.checkQuiet();
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void oldCopyIsNotUsedThoughTheNewOneDidNotComeBack() {
        SimMoves here = new SimMoves(2, new Random(3), PATIENT);
        SimClient publisher = here.publisher(0);
        SimClient mover = here.mover(0, Qos.AT_LEAST_ONCE);
        mover.lose();
        here.pass(20);
        here.publish(publisher, Qos.AT_LEAST_ONCE);
        here.pass(100);
        mover.connect(here.broker(1), false);
        while (here.disks.get(1).sessions().isEmpty()) {
            here.pass(1);
        }
        here.members.network.cut(1, 0); // so the old node does not hear that it may forget
        here.pass(2_000);
        assertThat(got(mover)).hasSize(1);

        here.members.network.mendAll();
        SimClient.Connection back = mover.connect(here.broker(0), false);
        while (here.broker(0).claims.moves().size() == 0) {
            here.pass(1);
        }
        here.members.network.cut(1, 0);
        here.pass(3_000);
        assertThat(back.refused()).as("it does not come").isEqualTo(ReasonCode.SERVER_BUSY);
        SimClient.Connection again = mover.connect(here.broker(0), false);
        here.pass(2_000);
        assertThat(again.refused()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);

        here.members.network.mendAll();
        here.pass(2_000);
        mover.connect(here.broker(0), false);
        here.pass(3_000);
        assertThat(mover.present()).as(mover.history()).isTrue();
        assertThat(got(mover)).as("nothing comes again").hasSize(1);
        here.checkQuiet();
    }

    @Test
    void sessionThatFindsNoRoomWaitsForOnesThatCameBefore() {
        ClaimLimits limits = new ClaimLimits(
                1_000, 100, 1 << 16, 1_000, 50, 2_000, 20_000, new MoveLimits(3, 1_000, 30_000, 20, 1 << 12));
        SimMoves here = new SimMoves(2, new Random(3), limits);
        here.members.network.weather(new Weather(0, 0, 3, 3));
        SimClient publisher = here.publisher(0);
        SimClient large = here.mover(0, Qos.AT_LEAST_ONCE);
        large.lose();
        for (int i = 0; i < 150; i++) {
            here.publish(publisher, Qos.AT_LEAST_ONCE);
        }
        here.pass(300);
        SimClient small = here.mover(0, Qos.AT_LEAST_ONCE);

        large.connect(here.broker(1), false);
        here.pass(1_500);
        assertThat(large.connected()).as("it comes slowly").isFalse();
        small.connect(here.broker(1), false);
        here.pass(1_100);
        assertThat(large.connected()).as("it still comes").isFalse();
        here.pass(4_000);

        assertThat(large.present()).as(large.history()).isTrue();
        assertThat(small.present()).as(small.history()).isTrue();
    }

    @Test
    void copyThatWasUsedSinceItMovedIsNotForgotten() {
        for (int pause = 0; pause < 30; pause++) {
            SimMoves here = new SimMoves(2, new Random(pause), SimMoves.LIMITS);
            SimClient mover = here.mover(0, Qos.AT_LEAST_ONCE);
            mover.connect(here.broker(1), false);
            while (here.disks.get(1).sessions().isEmpty()) {
                here.pass(1);
            }
            here.members.isolate(0);
            here.pass(5_000);
            mover.connect(here.broker(0), false);
            here.pass(100);
            mover.subscribe("u/#", Qos.AT_LEAST_ONCE);
            here.pass(100);
            mover.lose();
            here.pass(100);

            here.members.network.mendAll();
            while (here.broker(1).member.peers().isEmpty()) {
                here.pass(1);
            }
            here.pass(pause / 5);
            mover.connect(here.broker(1), false);
            here.pass(5_000);
            if (!mover.connected()) { // two nodes that meet may both refuse a claim
                mover.connect(here.broker(1), false);
                here.pass(5_000);
            }

            Map<String, SessionInfo> sessions = here.broker(1).list();
            here.pass(100);
            assertThat(sessions)
                    .as("pause %s: %s", pause, mover.history())
                    .hasEntrySatisfying(
                            mover.id, info -> assertThat(info.subscriptions()).hasSize(2));
            here.checkQuiet();
        }
    }

    @Test
    void sessionThatTakesTooLongToMoveStaysWhereItIs() {
        ClaimLimits limits = new ClaimLimits(
                1_000, 100, 1 << 16, 1_000, 50, 2_000, 20_000, new MoveLimits(3, 1_000, 30_000, 1 << 10, 1 << 12));
        SimMoves here = new SimMoves(2, new Random(3), limits);
        SimClient publisher = here.publisher(0);
        SimClient mover = here.mover(0, Qos.AT_LEAST_ONCE);
        mover.lose();
        here.pass(20);
        here.publish(publisher, Qos.AT_LEAST_ONCE);
        here.pass(100);
        SimClient.Connection slow = mover.connect(here.broker(1), false);
        while (here.broker(1).claims.moves().size() == 0) {
            here.pass(1);
        }
        here.members.network.cut(0, 1);
        here.pass(2_000);
        assertThat(slow.refused()).isEqualTo(ReasonCode.SERVER_BUSY);

        here.members.network.mendAll();
        here.pass(1_000);
        mover.connect(here.broker(1), false);
        here.pass(1_000);
        assertThat(mover.present()).isTrue();
        here.check(mover, true);
        here.checkQuiet();
    }

    @Test
    void nodeThatIsCutOffBeforeItHasSentTheSessionHoldsNobodyUp() {
        SimMoves here = new SimMoves(2, new Random(3), PATIENT);
        SimClient mover = here.mover(0, Qos.AT_LEAST_ONCE);
        SimClient.Connection slow = mover.connect(here.broker(1), false);
        while (here.broker(1).claims.moves().size() == 0) {
            here.pass(1);
        }
        here.members.network.cut(0, 1);
        here.pass(2_000);
        assertThat(slow.refused()).as("the old node lives").isEqualTo(ReasonCode.SERVER_BUSY);

        here.members.network.mendAll();
        here.pass(1_000);
        mover.connect(here.broker(1), false);
        here.pass(1_000);
        assertThat(mover.present()).isTrue();
        here.checkQuiet();
    }

    @Test
    void nodeThatIsCutOffBeforeItHasForgottenTheSessionHoldsNobodyUp() {
        SimMoves here = new SimMoves(2, new Random(3), PATIENT);
        SimClient mover = here.mover(0, Qos.AT_LEAST_ONCE);
        mover.connect(here.broker(1), false);
        while (here.disks.get(1).sessions().isEmpty()) {
            here.pass(1);
        }
        here.members.network.cut(1, 0);
        here.pass(2_000);
        assertThat(mover.present()).isTrue();

        here.members.network.mendAll();
        here.pass(2_000);
        assertThat(mover.connected()).isTrue();
        here.checkQuiet();
    }

    @Test
    void thirdNodeThatIsOutOfReachHoldsNobodyUp() {
        SimMoves here = new SimMoves(3, new Random(3), PATIENT);
        SimClient publisher = here.publisher(0);
        SimClient mover = here.mover(0, Qos.AT_LEAST_ONCE);
        here.members.network.cut(2, 0); // one way: it is still a member
        here.members.network.cut(2, 1);
        mover.connect(here.broker(1), false);
        here.pass(1_500);
        assertThat(mover.present()).as(mover.history()).isTrue();

        here.publish(publisher, Qos.AT_LEAST_ONCE);
        here.pass(1_000);
        here.check(mover, true);
        here.members.network.mendAll();
        here.pass(2_000);
        here.checkQuiet();
    }

    @Test
    void thirdNodeThatIsInReachAndDoesNotAnswerIsWaitedForOnce() {
        SimMoves here = new SimMoves(3, new Random(3), PATIENT);
        SimClient publisher = here.publisher(0);
        SimClient mover = here.mover(0, Qos.AT_LEAST_ONCE);
        here.broker(2).stickClaims();
        mover.connect(here.broker(1), false);
        here.pass(8_000);
        assertThat(mover.present()).as(mover.history()).isTrue();

        here.publish(publisher, Qos.AT_LEAST_ONCE);
        here.pass(1_000);
        here.check(mover, true);
    }

    @Test
    void clientOfADeadNodeGetsASessionAtOnce() {
        SimClient mover = world.mover(0, Qos.AT_LEAST_ONCE);
        world.crash(0);
        world.pass(4_000);
        mover.connect(world.broker(1), false);
        world.pass(100);
        assertThat(mover.connected()).isTrue();
        assertThat(mover.present()).isFalse();

        world.start(0);
        world.pass(4_000);
        assertThat(world.broker(0).list()).isEmpty();
        assertThat(mover.connected()).isTrue();
    }
}
