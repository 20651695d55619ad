package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Address;
import com.hazelcast.cp.internal.CPMemberInfo;
import java.net.InetAddress;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CpObjectsTest {
    private static final UUID ID = new UUID(7, 1);

    @Test
    void memberIsReadThoughNobodyKnowsItsHost() {
        CpMember kept = new CpMember(ID, "nobody.invalid", 4370);
        CPMemberInfo member = CpObjects.member(kept);
        assertThat(member.getUuid()).isEqualTo(ID);
        assertThat(CpObjects.member(member)).isEqualTo(kept);
    }

    @Test
    void addressThatIsNotLookedUpIsTheOneThatIs() throws Exception {
        Address read = CpObjects.member(new CpMember(ID, "localhost", 4370)).getAddress();
        Address here = new Address("localhost", InetAddress.getLoopbackAddress(), 4370);
        assertThat(read).isEqualTo(here).hasSameHashCodeAs(here);
        assertThat(read.getInetAddress().isLoopbackAddress()).isTrue();
    }
}
