package safelight.archive;

/// Hears how an export or import gets on, from many threads at once.
public interface Listener {
    /// Something begins that takes about so many bytes.
    void begin(String what, long bytes);

    /// So many more of them are done.
    void moved(long bytes);

    /// Something is wrong: a sentence for a person.
    void fault(String sentence);
}
