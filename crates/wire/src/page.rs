use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The entries of this page.
    pub data: Vec<T>,
    /// Where the page lies in the list.
    pub pagination: Pagination,
}

/// Where a page lies in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// This page, from 1.
    pub page: u32,
    /// Entries a page, 1 to 100.
    pub limit: u32,
    /// Entries in the whole list.
    pub total: u64,
    /// Pages in the whole list.
    pub total_pages: u64,
}

impl Pagination {
    /// Page `page` of a list of `total` entries.
    pub fn new(page: u32, limit: u32, total: u64) -> Pagination {
        Pagination { page, limit, total, total_pages: total.div_ceil(u64::from(limit.max(1))) }
    }
}
