package io.wkmq.broker.auth;

import io.wkmq.plugins.api.ClientInfo;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/** Clients for tests, and their certificates (valid for a hundred years). */
final class Clients {
    /** O=Acme, Inc., OU=Devices, CN=device-7. */
    static final X509Certificate DEVICE_7 = certificate("""
            -----BEGIN CERTIFICATE-----
            MIIByzCCAXGgAwIBAgIUbFyWycL6xxOSSbFlwouO0BPTDYIwCgYIKoZIzj0EAwIw
            OjETMBEGA1UECgwKQWNtZSwgSW5jLjEQMA4GA1UECwwHRGV2aWNlczERMA8GA1UE
            AwwIZGV2aWNlLTcwIBcNMjYxMTIwMTE0NzM3WhgPMjEyNjEwMjcxMTQ3MzdaMDox
            EzARBgNVBAoMCkFjbWUsIEluYy4xEDAOBgNVBAsMB0RldmljZXMxETAPBgNVBAMM
            CGRldmljZS03MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEgBEOc7rGdIq99fJB
            L9HFikSf6a5W58RYtgsQDNcg04qdibtKY5rfzhwPA2/PyqiqGJG7isiSvVzv42xr
            qchxfaNTMFEwHQYDVR0OBBYEFIk2AhbVgrgXGsjVw9z7hnzKh2eiMB8GA1UdIwQY
            MBaAFIk2AhbVgrgXGsjVw9z7hnzKh2eiMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI
            zj0EAwIDSAAwRQIgK+nU3jR6crZxvFgce8WZ33XtdfTkftXDBSciqYW/zNwCIQDm
            0RaVQEhhk/YZyuDoSi8fmPgDk9SYNQV06ISLHzXZHQ==
            -----END CERTIFICATE-----
            """);

    /** O=Acme. */
    static final X509Certificate NO_COMMON_NAME = certificate("""
            -----BEGIN CERTIFICATE-----
            MIIBdDCCARugAwIBAgIUJWYO1yFemR/attpRtXFLONxcPZ8wCgYIKoZIzj0EAwIw
            DzENMAsGA1UECgwEQWNtZTAgFw0yNjExMjAxMTQ3MzdaGA8yMTI2MTAyNzExNDcz
            N1owDzENMAsGA1UECgwEQWNtZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPW7
            UNYNgvvvNya/afWEL6B2mns9Vqxu2CQDWkuLT5YMBPEMxK+Ub5rLQXAR8Bzo8C8i
            gBVbdnip6HbWzmjRPTSjUzBRMB0GA1UdDgQWBBROLF2GfSLiljjHkETEJAZG2Ycy
            IDAfBgNVHSMEGDAWgBROLF2GfSLiljjHkETEJAZG2YcyIDAPBgNVHRMBAf8EBTAD
            AQH/MAoGCCqGSM49BAMCA0cAMEQCIFm7tBf0PQ/iqHQ95FvKrHrd/VC6fhOOsllD
            mRdZY5qLAiBmtppgClcPFxp18nYZFqX9/saK1MZU0AOaBcsUqyO/qA==
            -----END CERTIFICATE-----
            """);

    private Clients() {}

    static ClientInfo remote(String clientId) {
        return from("192.0.2.7", clientId, null);
    }

    static ClientInfo local(String clientId) {
        return from("127.0.0.1", clientId, null);
    }

    static ClientInfo certified(X509Certificate certificate) {
        return from("192.0.2.7", "c", certificate);
    }

    static ClientInfo overUnixSocket() {
        return new ClientInfo("c", null, null, "unix:test", 4, null, false);
    }

    static ClientInfo from(String address, String clientId, @Nullable X509Certificate certificate) {
        InetSocketAddress peer = new InetSocketAddress(IpAddress.parse(address), 40_000);
        return new ClientInfo(clientId, null, peer, "tcp:test", 4, certificate, false);
    }

    private static X509Certificate certificate(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
