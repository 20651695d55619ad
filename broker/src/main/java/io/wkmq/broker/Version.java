package io.wkmq.broker;

/** The version of this wkmq. */
public final class Version {
    private Version() {}

    /** Returns the version of the jar that contains this class, or {@code development} outside of a jar. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
