package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.internal.serialization.impl.HeapData;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests messages of a node of another version: Hazelcast must not complain about each of them, which could fill the log. */
final class OtherVersionsTest {
    private static final long NUMBER = 0x1122334455667788L;

    private final InternalSerializationService serialization = new DefaultSerializationServiceBuilder()
            .addDataSerializableFactory(WireFactory.ID, new WireFactory())
            .build();

    @AfterEach
    void end() {
        serialization.dispose();
    }

    private byte[] bytes(Object operation) {
        Data data = serialization.toData(operation);
        return data.toByteArray();
    }

    private Object read(byte[] bytes) {
        return Objects.requireNonNull(serialization.toObject(new HeapData(bytes)));
    }

    private static int numberIn(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        for (int i = 0; i <= bytes.length - Long.BYTES; i++) {
            if (in.getLong(i) == NUMBER) {
                return i;
            }
        }
        throw new AssertionError("The number of the message is not in its bytes");
    }

    @Test
    void aMessageOfAnotherVersionIsOfAKindThatIsUnknown() {
        byte[] bytes = bytes(new MessageOperation(MessageOperation.REQUEST, 7, NUMBER, new byte[] {1, 2}));
        MessageOperation same = (MessageOperation) read(bytes);
        assertThat(same.kind()).isEqualTo(MessageOperation.REQUEST);
        assertThat(same.body()).containsExactly(1, 2);

        bytes[numberIn(bytes) - 3] = 2; // in front of the kind and the service

        MessageOperation other = (MessageOperation) read(bytes);
        assertThat(other.kind()).isEqualTo(MessageOperation.UNKNOWN);
        assertThat(other.body()).isEmpty();
    }

    @Test
    void aQuestionOfAnotherVersionIsReadAsOneOfNobody() {
        byte[] bytes = bytes(new MasterQuestion(TestNode.peer("a"), null));
        int first = numberOf(bytes, (byte) 1, (byte) 5); // version and attributes
        bytes[first] = 2;

        MasterQuestion question = (MasterQuestion) read(bytes);

        assertThat(bytes(question)).hasSizeLessThan(bytes.length);
    }

    private static int numberOf(byte[] bytes, byte one, byte next) {
        for (int i = 0; i < bytes.length - 1; i++) {
            if (bytes[i] == one && bytes[i + 1] == next) {
                return i;
            }
        }
        throw new AssertionError("The version is not in the bytes");
    }
}
