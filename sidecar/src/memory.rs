//! Memory for what takes much of it for a moment: pictures while they are decoded and written, passwords while they are hashed.
//! Who wants some waits for those before. Whoever has a turn of another kind as well (`uploads.rs`, `password.rs`) takes that one
//! first.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Fault, Result};

/// What there is, in MiB: a photograph of the largest kind, or three hashes of our own. What takes more, as a PNG of the largest
/// kind does and a hash of Django's, has all of it to itself.
const MIB_MAX: u32 = 72;

/// The memory that is not taken.
#[derive(Clone, Debug)]
pub struct Memory(Arc<Semaphore>);

/// A part of it, until this is dropped.
#[derive(Debug)]
pub struct Share(OwnedSemaphorePermit);

impl Default for Memory {
    fn default() -> Memory {
        Memory(Arc::new(Semaphore::new(MIB_MAX as usize)))
    }
}

impl Memory {
    /// So much of it, in MiB, as soon as it is there and those have theirs who asked before.
    ///
    /// # Errors
    /// None but a defect.
    pub async fn take(&self, mib: u32) -> Result<Share> {
        let taken = Arc::clone(&self.0).acquire_many_owned(mib.min(MIB_MAX)).await;
        taken.map(Share).map_err(|error| Fault::Internal(format!("memory is given out no more: {error}")).into())
    }
}

impl Share {
    /// Gives back what is more than so many MiB.
    pub fn shrink(&mut self, mib: u32) {
        drop(self.0.split(self.0.num_permits().saturating_sub(mib as usize)));
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::{MIB_MAX, Memory};

    #[test]
    fn who_wants_much_waits_for_those_before_and_holds_up_those_behind() {
        let memory = Memory::default();
        let mut context = Context::from_waker(Waker::noop());
        let mut first = Box::pin(memory.take(MIB_MAX - 10));
        let Poll::Ready(Ok(mut first)) = first.as_mut().poll(&mut context) else { panic!("there is enough") };
        let mut huge = Box::pin(memory.take(MIB_MAX + 1_000));
        assert!(huge.as_mut().poll(&mut context).is_pending());
        let mut small = Box::pin(memory.take(5));
        assert!(small.as_mut().poll(&mut context).is_pending(), "or the huge one would never have its turn");
        first.shrink(10);
        assert!(huge.as_mut().poll(&mut context).is_pending());
        drop(first);
        let Poll::Ready(Ok(held)) = huge.as_mut().poll(&mut context) else {
            panic!("all of it is enough for anything")
        };
        assert!(small.as_mut().poll(&mut context).is_pending());
        drop(held);
        assert!(small.as_mut().poll(&mut context).is_ready());
    }
}
