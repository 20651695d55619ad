package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.audit.AuditAnswer;
import io.wkmq.channel.audit.AuditCodec;
import io.wkmq.channel.audit.AuditQuestion;
import io.wkmq.channel.group.Digests;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.sim.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ReplicaComparisonTest {
    /** How many records a fake looks at for one answer. */
    private static final int PIECE = 50;

    /** A node whose record bodies are derived from their numbers, except for one. */
    private static final class Node {
        private final @Nullable String name;
        private final NodeId id = new NodeId(UUID.randomUUID());
        private long first = 1;
        private long last = 1_000;
        private long other;
        private long otherToo;
        private long damaged;
        private long history = 1;
        private boolean answers = true;
        private boolean copy;

        /** What its first record is from the first time on that its records are read. */
        private long trimmedTo = 1;

        Node(@Nullable String name) {
            this.name = name;
        }

        private byte[] body(long seq) {
            return ("m" + seq + (seq == other || seq == otherToo ? "!" : "")).getBytes(StandardCharsets.UTF_8);
        }

        Auditee auditee() {
            return new Auditee(id, name, this::ask);
        }

        private CompletionStage<AuditAnswer> ask(AuditQuestion question) {
            return answers
                    ? CompletableFuture.completedFuture(AuditCodec.decodeAnswer(
                            AuditCodec.encode(answer(AuditCodec.decodeQuestion(AuditCodec.encode(question))))))
                    : CompletableFuture.failedFuture(new IOException("made by the test"));
        }

        private AuditAnswer answer(AuditQuestion question) {
            assertThat(question.channel()).isEqualTo(7);
            if (question instanceof AuditQuestion.Prefix prefix) {
                assertThat(prefix.last()).isLessThanOrEqualTo(last);
                if (prefix.last() < first - 1) {
                    return new AuditAnswer.Refused("record " + (prefix.last() + 1) + " cannot be read now");
                }
                long digest = history;
                for (long seq = 1; seq <= prefix.last(); seq++) {
                    digest = Digests.next(digest, seq, ("m" + seq).getBytes(StandardCharsets.UTF_8));
                }
                return new AuditAnswer.Prefix(digest);
            }
            if (question instanceof AuditQuestion.Range range) {
                first = Math.max(first, trimmedTo);
                return range(range.from(), Math.min(range.to(), range.from() + PIECE));
            }
            return new AuditAnswer.Extent(first, last + 1, copy);
        }

        private AuditAnswer range(long from, long to) {
            assertThat(to).isLessThanOrEqualTo(last + 1);
            if (from < first) {
                return new AuditAnswer.Trimmed(first);
            }
            long digest = 0;
            for (long seq = from; seq < to; seq++) {
                if (seq == damaged) {
                    return new AuditAnswer.Damaged(seq, "made by the test");
                }
                digest = Digests.next(digest, seq, body(seq));
            }
            return new AuditAnswer.Range(to, digest);
        }
    }

    private final Node own = new Node(null);
    private final Node second = new Node("second");
    private final Node third = new Node("third");
    private final Node copy = copy("copy");
    private final Node copyToo = copy("another copy");

    private static Node copy(String name) {
        Node made = new Node(name);
        made.copy = true;
        return made;
    }

    private ChannelVersion verify(Node... nodes) throws ChannelException {
        ReplicaComparison comparison = new ReplicaComparison(
                "plant", 7, Stream.of(nodes).map(Node::auditee).toList());
        comparison.compare();
        return comparison.verify();
    }

    private static List<@Nullable String> problems(ChannelVersion version) {
        return version.replicas().stream()
                .<@Nullable String>map(ChannelVersion.Replica::problem)
                .toList();
    }

    @Test
    void replicasThatHaveTheSameAreSound() throws Exception {
        ChannelVersion version = verify(own, second, third);

        assertThat(version.sound()).isTrue();
        assertThat(version.last()).isEqualTo(1_000);
        assertThat(version.records()).isEqualTo(1_000);
        assertThat(version.replicas())
                .extracting(ChannelVersion.Replica::node)
                .containsExactly(null, "second", "third");
        assertThat(version.replicas()).extracting(ChannelVersion.Replica::count).containsOnly(1_000L);
        assertThat(version.replicas())
                .extracting(ChannelVersion.Replica::digest)
                .doesNotContainNull();
        assertThat(version.replicas().stream()
                        .map(ChannelVersion.Replica::digest)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void whatIsAheadOrTrimmedElsewhereIsNoDifference() throws Exception {
        second.last = 1_017;
        third.first = 500;

        ChannelVersion version = verify(own, second, third);

        assertThat(problems(version)).containsOnlyNulls();
        assertThat(version.last()).isEqualTo(1_000);
        assertThat(version.records()).isEqualTo(501);
        assertThat(version.replicas().get(1).last()).isEqualTo(1_017);
    }

    @Test
    void whatIsTrimmedMeanwhileIsLeftOut() throws Exception {
        second.trimmedTo = 900;

        ChannelVersion version = verify(own, second, third);

        assertThat(version.sound()).isTrue();
        assertThat(version.records()).isEqualTo(101);
    }

    @Test
    void theFirstRecordThatIsAnotherOneIsNamed() throws Exception {
        Random random = Seeds.one("ReplicaComparisonTest");
        for (int round = 0; round < 100; round++) {
            third.other = 1L + random.nextInt(1_000);

            ChannelVersion version = verify(own, second, third);

            assertThat(problems(version))
                    .containsExactly(null, null, "record " + third.other + " is another one than on other nodes");
            assertThat(version.records()).isEqualTo(1_000);
        }
    }

    @Test
    void ofTwoNodesNobodyKnowsWhichIsRight() throws Exception {
        own.other = 123;

        assertThat(problems(verify(own, second)))
                .containsExactly(
                        "record 123 is another one than on other nodes",
                        "record 123 is another one than on other nodes");
    }

    @Test
    void aDamagedRecordIsNamedAndTheOthersAreComparedOn() throws Exception {
        own.damaged = 400;
        third.other = 700;

        assertThat(problems(verify(own, second, third)))
                .containsExactly(
                        "record 400 is damaged: made by the test",
                        "record 700 is another one than on other nodes",
                        "record 700 is another one than on other nodes");
        assertThat(problems(verify(own))).containsExactly("record 400 is damaged: made by the test");
    }

    @Test
    void anotherHistoryIsSeenWithoutReadingRecords() throws Exception {
        second.history = 2;

        ChannelVersion version =
                new ReplicaComparison("plant", 7, List.of(own.auditee(), second.auditee(), third.auditee())).compare();

        assertThat(problems(version))
                .containsExactly(null, "what it was given up to record 1000 is not what others were", null);
        assertThat(version.records()).isZero();
    }

    @Test
    void ofAnotherHistoryTheRecordsAreNamed() throws Exception {
        Random random = Seeds.one("ReplicaComparisonTest.history");
        for (int round = 0; round < 50; round++) {
            second.history = 2;
            second.other = 1L + random.nextInt(1_000);
            second.otherToo = 1L + random.nextInt(1_000);

            ChannelVersion version = verify(own, second, third);

            assertThat(problems(version))
                    .containsExactly(
                            null,
                            "what it was given up to record 1000 is not what others were; the first record that is another one is "
                                    + Math.min(second.other, second.otherToo) + ", the last one "
                                    + Math.max(second.other, second.otherToo),
                            null);
            assertThat(version.records()).isEqualTo(1_000);
        }
    }

    @Test
    void anotherHistoryMayBeOfRecordsThatAreGone() throws Exception {
        second.history = 2;
        own.first = 600;

        assertThat(problems(verify(own, second, third)))
                .containsExactly(
                        null,
                        "what it was given up to record 1000 is not what others were; the records that are left are the same",
                        null);
    }

    @Test
    void ofTwoHistoriesNobodyKnowsWhichIsRight() throws Exception {
        second.history = 2;
        second.other = 77;

        assertThat(problems(verify(own, second)))
                .hasSize(2)
                .containsOnly(
                        "what it was given up to record 1000 is not what others were; the first record that is another one is 77,"
                                + " the last one 77");
    }

    @Test
    void damageIsSaidOfANodeWithAnotherHistory() throws Exception {
        second.history = 2;
        second.damaged = 5;

        assertThat(problems(verify(own, second, third)))
                .containsExactly(
                        null,
                        "what it was given up to record 1000 is not what others were; which records is not known: on node second,"
                                + " record 5 is damaged: made by the test",
                        null);
    }

    @Test
    void whoDoesNotAnswerHasAProblem() throws Exception {
        second.answers = false;

        ChannelVersion version = verify(own, second, third);

        assertThat(problems(version)).containsExactly(null, "no answer: made by the test", null);
        assertThat(version.replicas().get(1).count()).isZero();
        assertThat(version.records()).isEqualTo(1_000);
    }

    private static ReplicaComparison.@Nullable Odd odd(Node... nodes) throws ChannelException {
        ReplicaComparison comparison = new ReplicaComparison(
                "plant", 7, Stream.of(nodes).map(Node::auditee).toList());
        comparison.compare();
        return comparison.odd(3);
    }

    @Test
    void copiesDoNotHelpAReplicaThatHasStrayed() throws Exception {
        own.history = 2;
        copy.history = 2;
        copyToo.history = 2;

        assertThat(odd(own, second, third, copy, copyToo)).isNotNull().satisfies(odd -> {
            assertThat(odd.node()).isZero();
            assertThat(odd.more()).isTrue();
            assertThat(odd.question().agreed()).containsExactly(second.id, third.id);
        });
        third.answers = false;
        assertThat(odd(own, second, third, copy, copyToo))
                .as("one replica against one, whatever copies say")
                .isNull();
        assertThat(problems(verify(own, second, copy))).doesNotContainNull();
    }

    @Test
    void copiesAreNotFetchedFrom() throws Exception {
        second.history = 2;

        assertThat(odd(own, second, third, copy)).isNotNull().satisfies(odd -> {
            assertThat(odd.node()).isEqualTo(1);
            assertThat(odd.more()).isFalse();
            assertThat(odd.question().agreed()).containsExactly(own.id, third.id);
        });
    }

    @Test
    void aCopyThatHasStrayedIsTheOddOne() throws Exception {
        copy.history = 2;
        copyToo.history = 2;

        assertThat(odd(own, second, third, copy, copyToo)).isNotNull().satisfies(odd -> {
            assertThat(odd.node()).isEqualTo(3);
            assertThat(odd.more()).isTrue();
            assertThat(odd.question().agreed()).containsExactly(own.id, second.id, third.id);
        });
        assertThat(problems(verify(own, copy, copyToo)).get(0)).isNull();
    }

    @Test
    void aCopyThatIsFarBehindKeepsNobodyFromComparing() throws Exception {
        for (Node node : List.of(own, second, third)) {
            node.first = Auditor.PREFIX_RECORDS - 10;
            node.last = Auditor.PREFIX_RECORDS;
        }

        ChannelVersion version = verify(own, copy, second, third);

        assertThat(version.last()).isEqualTo(Auditor.PREFIX_RECORDS);
        assertThat(problems(version)).satisfies(problems -> {
            assertThat(problems.get(1)).startsWith("it has record 1000 as the last one");
            assertThat(problems.get(0)).isNull();
            assertThat(problems.get(2)).isNull();
        });
        copy.last = Auditor.PREFIX_RECORDS - 1;
        copy.first = own.first;
        assertThat(verify(own, copy, second, third).last()).isEqualTo(Auditor.PREFIX_RECORDS - 1);
    }

    @Test
    void aCopyThatIsBehindWhatIsKeptKeepsNobodyFromComparing() throws Exception {
        for (Node node : List.of(own, second, third)) {
            node.first = 900;
        }
        second.first = 901;
        third.history = 2;
        copy.last = 899;

        ChannelVersion version = verify(own, copy, second, third);

        assertThat(version.last()).isEqualTo(1_000);
        assertThat(problems(version)).satisfies(problems -> {
            assertThat(problems.get(0)).isNull();
            assertThat(problems.get(1)).startsWith("it has record 899 as the last one");
            assertThat(problems.get(2)).isNull();
            assertThat(problems.get(3)).startsWith("what it was given up to record 1000");
        });
        assertThat(odd(own, copy, second, third)).isNotNull().satisfies(odd -> {
            assertThat(odd.node()).isEqualTo(3);
            assertThat(odd.question().agreed()).containsExactly(own.id, second.id);
        });
        copy.last = 948;
        assertThat(problems(verify(own, copy, second)).get(1))
                .as("retention may have trimmed it before it is read")
                .isNotNull();
        copy.last = 949;
        assertThat(problems(verify(own, copy, second)))
                .as("it is in the newer half of what is kept")
                .containsOnlyNulls();
    }

    @Test
    void anEmptyChannelIsSound() throws Exception {
        for (Node node : List.of(own, second, third)) {
            node.last = 0;
        }

        ChannelVersion version = verify(own, second, third);

        assertThat(version.sound()).isTrue();
        assertThat(version.last()).isZero();
        assertThat(version.records()).isZero();
    }
}
